"""Writes ikm.xls, the one workbook that no Rust library writes: `pip install xlwt`, then run this."""
import datetime
import xlwt

book = xlwt.Workbook()
day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
for name, makers in {
    "Tanggulangin": [("Tas Ayu", "Siti Aminah", 9120001234567.0, datetime.date(1977, 8, 4), 3)],
    "Candi": [
        ("Batik Budi", "Budi Santoso", 3.57602e15, datetime.date(1969, 2, 1), 12),
        ("Roti Sari", "Sri Wahyuni", 9120001234568.0, datetime.date(1981, 12, 31), 4),
    ],
}.items():
    sheet = book.add_sheet(name)
    sheet.write(0, 0, "DATA IKM KABUPATEN SIDOARJO")
    sheet.write_merge(2, 3, 0, 0, "Nama IKM")
    sheet.write_merge(2, 3, 1, 1, "Pemilik")
    sheet.write_merge(2, 3, 2, 2, "NIB")
    sheet.write_merge(2, 3, 3, 3, "Tgl. Lahir")
    sheet.write_merge(2, 2, 4, 5, "Tenaga Kerja")
    sheet.write(3, 4, "L")
    sheet.write(3, 5, "P")
    sheet.write_merge(2, 3, 6, 6, "Komoditi")
    for row, (business, owner, nib, born, workers) in enumerate(makers, start=4):
        sheet.write(row, 0, business)
        sheet.write(row, 1, owner)
        sheet.write(row, 2, nib)
        sheet.write(row, 3, born, day)
        sheet.write(row, 4, workers)
        sheet.write(row, 5, xlwt.Formula("1+1"))
        sheet.write(row, 6, "tas")
    sheet.write(4 + len(makers), 0, "JUMLAH")
    sheet.write(4 + len(makers), 4, sum(maker[4] for maker in makers))
book.save("ikm.xls")
