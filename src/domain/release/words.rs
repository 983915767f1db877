//! What the fields of a release mean, for people.

use super::document::Definition;

const DEFINITIONS: [(&str, &str, &str); 10] = [
    (
        "population",
        "Usaha yang aktif dan sudah diverifikasi atau diterbitkan, menurut basis data pada posisi \
         seq. Data contoh tidak dicampur dengan data nyata.",
        "Enterprises that are active and were verified or published, as the record had them at seq. \
         Sample data are never mixed with real data.",
    ),
    (
        "count",
        "Jumlah usaha, dibulatkan ke kelipatan 5 pada sel terkecil lalu dijumlahkan; null bila \
         hasilnya kurang dari 10. Selisih dua angka selalu kelipatan 5, jadi kelompok di bawah 5 \
         tidak dapat dihitung, juga antar-rilis.",
        "Number of enterprises, rounded to multiples of 5 at the finest cells and then added up; null \
         where that is below 10. Any difference of counts is a multiple of 5, so that no group below 5 \
         can be computed, between releases either.",
    ),
    (
        "suppressed",
        "true bila angkanya ditutup. Ditutup bukan berarti nol.",
        "true where a figure is hidden. Hidden does not mean zero.",
    ),
    (
        "region",
        "Kode wilayah Kemendagri menurut alamat usaha. Usaha yang kecamatannya belum diketahui \
         hanya dihitung pada kabupaten/kota.",
        "Kemendagri code of the region that the enterprise states. One whose district is not known is \
         counted in its regency only.",
    ),
    ("sector", "Sektor utama usaha; setiap usaha pada satu sektor.", "Main sector; one for each."),
    (
        "kind",
        "Daftar dinas tempat usaha tercatat: ikm, ukm, kopwan, koperasi. Satu usaha dapat tercatat \
         pada beberapa daftar, jadi jumlah per jenis tidak sama dengan jumlah seluruhnya.",
        "The office's list that it stands on: ikm, ukm, kopwan, koperasi. One enterprise may stand on \
         several, so counts by kind do not add up to the total.",
    ),
    (
        "size_class",
        "Kelas usaha menurut PP 7/2021, dihitung dari modal atau penjualan; unknown bila belum \
         diketahui.",
        "Size class of PP 7/2021, computed from capital or sales; unknown where they are not known.",
    ),
    (
        "workers",
        "Jumlah tenaga kerja usaha yang menyatakannya, dibulatkan ke kelipatan step.",
        "People at work in the enterprises that state it, rounded to multiples of step.",
    ),
    (
        "capacity",
        "Kapasitas produksi per bulan menurut komoditas, dalam satuan dasar dimensinya; min dan max \
         adalah jumlah batas bawah dan batas atas yang dinyatakan. Kapasitas yang tidak dapat \
         dijadikan per bulan tidak ikut.",
        "What can be made in a month of a commodity, in the base unit of its dimension; min and max are \
         the sums of the stated lower and upper ends. Capacities without a monthly figure are left out.",
    ),
    (
        "step",
        "Kelipatan pembulatan jumlah: 1, 2 atau 5 kali pangkat sepuluh, tidak lebih kecil daripada \
         sumbangan terbesar satu usaha. Jumlah ditutup bila penyumbangnya kurang dari 5 atau satu \
         usaha menyumbang lebih dari 50 %.",
        "What a sum is a multiple of: 1, 2 or 5 times a power of ten, not less than the greatest \
         contribution of one enterprise. A sum is hidden with fewer than 5 contributors, or where one \
         of them makes up more than 50 %.",
    ),
];

/// Of the figures of a campaign.
const CAMPAIGN: [(&str, &str, &str); 8] = [
    (
        "campaign",
        "Pendataan sampai saat disegel, menurut kunjungan yang masuk. Jumlah usaha, kunjungan dan \
         pasangan duplikat dibulatkan ke kelipatan 5 pada sel terkecil lalu dijumlahkan; null bila \
         hasilnya kurang dari 10. Jumlah desa tidak dibulatkan: desa bukan usaha.",
        "The campaign up to the seal, as its visits came in. Counts of enterprises, visits and pairs \
         are rounded to multiples of 5 at the finest cells and then added up; null where that is \
         below 10. Villages are not rounded: they are no enterprises.",
    ),
    (
        "not_visited",
        "Desa yang belum didatangi. Tentang desa itu tidak ada yang diketahui; bukan nol.",
        "Villages where nobody was. Nothing is known of them; that is not zero.",
    ),
    (
        "confirmed_zero",
        "Desa yang didatangi dan tidak ada usahanya.",
        "Villages where somebody was and there is none.",
    ),
    (
        "visited",
        "Desa yang didatangi dan mungkin ada usahanya, termasuk yang lengkap.",
        "Villages where somebody was and there may be some, the complete ones among them.",
    ),
    (
        "complete",
        "Desa yang semua usaha perkiraannya sudah ditemukan; null bila jumlah usaha yang ditemukan \
         di wilayah itu ditutup.",
        "Villages where all that was expected was found; null where the number found there is hidden.",
    ),
    (
        "target",
        "Perkiraan jumlah usaha sebelum pendataan, menurut sumbernya; null bila tidak ada desa yang \
         punya perkiraan.",
        "How many were expected beforehand, by the sources; null where no village has a number.",
    ),
    (
        "found",
        "Usaha yang ditemukan, masing-masing sekali pada satu desa; usaha baru (new) termasuk di \
         dalamnya.",
        "Enterprises found, each once in a village; new ones among them.",
    ),
    (
        "doubts",
        "Kunjungan yang perlu diperiksa menurut alasannya; satu kunjungan dapat punya beberapa \
         alasan.",
        "Visits that somebody should look at, by reason; one visit may have several.",
    ),
];

pub(super) fn definitions() -> Vec<Definition> {
    DEFINITIONS.into_iter().map(definition).collect()
}

pub(super) fn campaign_definitions() -> Vec<Definition> {
    CAMPAIGN.into_iter().map(definition).collect()
}

fn definition((field, text, text_en): (&str, &str, &str)) -> Definition {
    Definition { field: field.to_owned(), text: text.to_owned(), text_en: text_en.to_owned() }
}
