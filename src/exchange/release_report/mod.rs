//! The report of a release, in Indonesian: a page to print and a workbook to calculate with. Made of
//! the sealed document alone, so that the same release gives the same bytes.

mod campaign;
mod html;
mod tables;
mod xlsx;

pub use html::{html, style_hash};
pub use xlsx::xlsx;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::domain::release::Release;

/// What stands in the place of a hidden count, and of a hidden sum.
const HIDDEN_COUNT: &str = "< 10";
const HIDDEN_SUM: &str = "ditutup";

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

fn day(date: NaiveDate) -> String {
    let month = MONTHS[date.month0() as usize % MONTHS.len()];
    format!("{} {month} {}", date.day(), date.year())
}

/// As it was in western Indonesia.
fn moment(at: DateTime<Utc>) -> String {
    let there = at + chrono::TimeDelta::hours(7);
    format!("{} pukul {} WIB", day(there.date_naive()), there.format("%H.%M"))
}

/// `1.234.567`, and up to three decimals after a comma.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let decimals = decimals.trim_end_matches('0');
    if decimals.is_empty() { grouped } else { format!("{grouped},{decimals}") }
}

/// What the report says of the release, by name.
fn facts(release: &Release, sha256: &str) -> Vec<(&'static str, String)> {
    let header = &release.header;
    let mut facts = vec![
        ("Tanggal acuan", day(header.reference_date)),
        ("Disegel", moment(header.sealed_at)),
        ("Posisi catatan perubahan", format!("{} ({})", header.seq, header.log_epoch)),
        ("Nomor rilis", header.id.to_string()),
        ("SHA-256 dokumen", sha256.to_owned()),
        ("Lisensi", header.licence.clone()),
        ("Narahubung", header.contact.clone()),
    ];
    facts.extend(header.note.clone().map(|note| ("Catatan", note)));
    if let Some(of) = &release.campaign {
        facts.extend(campaign::facts(release, of));
    }
    if header.sample {
        facts.push(("Data contoh", "Angka ini dari data contoh, bukan usaha nyata.".to_owned()));
    }
    facts
}

/// How the figures came about.
fn method(release: &Release) -> Vec<String> {
    let rules = &release.rules;
    let mut texts = vec![
        "Angka mencakup semua usaha yang aktif dan sudah diverifikasi atau diterbitkan menurut basis \
         data pada posisi yang disebut; seluruhnya dihitung, tidak ada sampel."
            .to_owned(),
        format!(
            "Untuk melindungi usaha, kelompok di bawah {} tidak diberitakan. Setiap sel terkecil \
             dibulatkan ke kelipatan {} dan angka lain adalah jumlahnya; angka di bawah {} ditulis \
             \"{HIDDEN_COUNT}\". Itu bukan nol. Jumlah menurut jenis tumpang tindih dan tidak sama \
             dengan jumlah seluruhnya.",
            rules.least, rules.base, rules.shown_from
        ),
        format!(
            "Jumlah tenaga kerja dan kapasitas dibulatkan ke kelipatan yang tidak lebih kecil \
             daripada sumbangan satu usaha, dan ditulis \"{HIDDEN_SUM}\" bila penyumbangnya kurang \
             dari {} atau satu usaha menyumbang lebih dari {} %.",
            rules.contributors, rules.dominance_percent
        ),
        "Rilis disegel: angkanya tidak berubah. Bila keliru, rilis ditarik dan diganti.".to_owned(),
    ];
    if release.campaign.is_some() {
        texts.push(campaign::method(release));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_in_indonesia() {
        let written: Vec<String> =
            [0.0, 995.0, 1000.0, 1_234_567.5, -1200.0].into_iter().map(number).collect();
        assert_eq!(written, ["0", "995", "1.000", "1.234.567,5", "-1.200"]);
        let date = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day");
        assert_eq!(day(date), "1 Desember 2026");
        let late = date.and_hms_opt(18, 5, 0).expect("a time").and_utc();
        assert_eq!(moment(late), "2 Desember 2026 pukul 01.05 WIB");
    }
}
