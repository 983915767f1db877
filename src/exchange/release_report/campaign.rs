//! The tables of a campaign.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::tables::{Table, Value, text};
use super::{HIDDEN_COUNT, HIDDEN_SUM, day};
use crate::domain::region::{Level, RegionCode};
use crate::domain::release::{CampaignFigures, CoverageFigures, NamedCount, Release};

/// Codes with their words.
const OUTCOMES: [(&str, &str); 7] = [
    ("found", "Ditemukan"),
    ("not_found", "Tidak ditemukan"),
    ("refused", "Menolak"),
    ("needs_revisit", "Perlu didatangi lagi"),
    ("closed", "Sudah tutup"),
    ("moved", "Sudah pindah"),
    ("no_enterprises", "Tidak ada usaha"),
];
const DOUBTS: [(&str, &str); 7] = [
    ("too_short", "Wawancara kurang dari 2 menit"),
    ("too_fast", "Perjalanan lebih cepat dari 90 km/jam"),
    ("same_point", "Tiga usaha atau lebih pada satu titik"),
    ("copied", "Jawaban sama dengan kunjungan lain"),
    ("far_from_village", "Lebih dari 10 km dari desanya"),
    ("inaccurate", "Ketelitian titik lebih buruk dari 50 m"),
    ("no_position", "Usaha ditemukan tanpa titik lokasi"),
];
const DUPLICATES: [(&str, &str); 3] = [
    ("open", "Belum diputuskan"),
    ("merged", "Usaha yang sama, digabung"),
    ("not_the_same", "Bukan usaha yang sama"),
];
const STANDINGS: [(&str, &str); 6] = [
    ("verified", "Terverifikasi"),
    ("submitted", "Menunggu verifikasi"),
    ("returned", "Dikembalikan"),
    ("draft", "Draf"),
    ("closed", "Sudah tutup"),
    ("moved", "Sudah pindah"),
];

/// The whole campaign's row stands under the province's code.
const ALL: &str = "Seluruh pendataan";

fn count(value: Option<i64>) -> Value {
    value.map_or(Value::Hidden(HIDDEN_COUNT), whole)
}

fn whole(value: i64) -> Value {
    Value::Number(i32::try_from(value).unwrap_or(i32::MAX).into())
}

fn number(value: usize) -> Value {
    whole(i64::try_from(value).unwrap_or(i64::MAX))
}

/// What the report says of the campaign, by name.
pub fn facts(release: &Release, campaign: &CampaignFigures) -> Vec<(&'static str, String)> {
    let subject = &campaign.subject;
    let name = |code: &RegionCode| {
        let known = release.basis.region(code);
        known.map_or_else(|| code.to_string(), |region| region.name.clone())
    };
    let mut facts = vec![
        ("Pendataan", subject.name.clone()),
        ("Masa", format!("{} sampai {}", day(subject.from), day(subject.until))),
        ("Wilayah", subject.regions.iter().map(name).collect::<Vec<_>>().join(", ")),
        ("Kuesioner", subject.questionnaire.clone()),
        ("Petugas", format!("{} ditugasi, {} mengirim", subject.sent, subject.visiting)),
    ];
    facts.extend(subject.closed_at.map(|at| ("Pendataan ditutup", super::moment(at))));
    facts
}

/// How the campaign's figures came about.
pub fn method(release: &Release) -> String {
    format!(
        "Angka pendataan dihitung dari semua kunjungan yang masuk sampai posisi yang disebut. Jumlah \
         usaha, kunjungan dan pasangan duplikat dibulatkan ke kelipatan {0} pada kecamatan, minggu \
         atau jenisnya lalu dijumlahkan; di bawah {1} ditulis \"{HIDDEN_COUNT}\". Jumlah desa tidak \
         dibulatkan. Desa yang belum didatangi bukan desa tanpa usaha. Petugas hanya dihitung, tidak \
         disebut.",
        release.rules.base, release.rules.shown_from
    )
}

/// The coverage of the whole and of regencies, or of districts.
pub fn of_coverage(release: &Release, campaign: &CampaignFigures, districts: bool) -> Table {
    let names = [
        "Kode",
        "Wilayah",
        "Desa",
        "Didatangi",
        "Lengkap",
        "Nol terkonfirmasi",
        "Belum didatangi",
        "Target",
        "Desa tanpa target",
        "Ditemukan",
        "Baru",
        "Tidak ditemukan",
        "Menolak",
    ];
    let row = |row: &CoverageFigures| {
        let known = release.basis.region(&row.region).map_or("", |region| region.name.as_str());
        let name = if row.region.level() == Level::Province { ALL } else { known };
        vec![
            text(row.region.as_str()),
            text(name),
            number(row.villages),
            number(row.visited),
            row.complete.map_or(Value::Hidden(HIDDEN_SUM), number),
            number(row.confirmed_zero),
            number(row.not_visited),
            row.target.map_or(Value::Hidden("–"), whole),
            number(row.without_target),
            count(row.found),
            count(row.new),
            count(row.not_found),
            count(row.refused),
        ]
    };
    let wanted = |row: &&CoverageFigures| (row.region.level() == Level::District) == districts;
    let by = if districts { "kecamatan" } else { "kabupaten/kota" };
    Table {
        title: format!("Cakupan pendataan per {by}"),
        columns: names.map(str::to_owned).to_vec(),
        rows: campaign.coverage.iter().filter(wanted).map(row).collect(),
    }
}

/// A line for each week.
pub fn of_weeks(campaign: &CampaignFigures) -> Table {
    let mut weeks: BTreeMap<NaiveDate, BTreeMap<&str, Option<i64>>> = BTreeMap::new();
    for group in &campaign.visits {
        weeks.entry(group.week).or_default().insert(&group.outcome, group.count);
    }
    let names = OUTCOMES.iter().map(|(_, name)| (*name).to_owned());
    let row = |(week, counts): (&NaiveDate, &BTreeMap<&str, Option<i64>>)| {
        let of = OUTCOMES.iter().map(|(code, _)| count(counts.get(code).copied().flatten()));
        [text(&day(*week))].into_iter().chain(of).collect()
    };
    Table {
        title: "Kunjungan menurut minggu dan hasil".to_owned(),
        columns: ["Minggu mulai".to_owned()].into_iter().chain(names).collect(),
        rows: weeks.iter().map(row).collect(),
    }
}

fn of_names(title: &str, what: &str, words: &[(&str, &str)], counts: &[NamedCount]) -> Table {
    let place = |one: &&NamedCount| words.iter().position(|(code, _)| one.name == *code);
    let mut told: Vec<&NamedCount> = counts.iter().collect();
    // In the order of the words; what has none stands last, by its code.
    told.sort_by_key(|one| place(one).unwrap_or(usize::MAX));
    let row = |one: &NamedCount| {
        let name = place(&one).map_or(one.name.as_str(), |at| words[at].1);
        vec![text(name), count(one.count)]
    };
    Table {
        title: title.to_owned(),
        columns: vec![what.to_owned(), "Jumlah".to_owned()],
        rows: told.into_iter().map(row).collect(),
    }
}

pub fn of_doubts(campaign: &CampaignFigures) -> Table {
    of_names("Kunjungan yang perlu diperiksa", "Alasan", &DOUBTS, &campaign.doubts)
}

pub fn of_duplicates(campaign: &CampaignFigures) -> Table {
    let title = "Pasangan yang mungkin usaha yang sama";
    of_names(title, "Keputusan", &DUPLICATES, &campaign.duplicates)
}

pub fn of_reviews(campaign: &CampaignFigures) -> Table {
    of_names("Usaha yang dikunjungi menurut status", "Status", &STANDINGS, &campaign.reviews)
}

pub fn of_sources(campaign: &CampaignFigures) -> Table {
    let rows = campaign.sources.iter().map(|one| vec![text(&one.source), number(one.villages)]);
    Table {
        title: "Sumber target".to_owned(),
        columns: vec!["Sumber".to_owned(), "Desa".to_owned()],
        rows: rows.collect(),
    }
}

/// All but the coverage of districts, each with the name of its sheet.
pub fn tables(release: &Release, campaign: &CampaignFigures) -> [(&'static str, Table); 6] {
    [
        ("Cakupan kab-kota", of_coverage(release, campaign, false)),
        ("Kunjungan", of_weeks(campaign)),
        ("Perlu diperiksa", of_doubts(campaign)),
        ("Duplikat", of_duplicates(campaign)),
        ("Status", of_reviews(campaign)),
        ("Sumber target", of_sources(campaign)),
    ]
}

#[cfg(test)]
mod tests {
    use strum::VariantNames;

    use super::*;
    use crate::domain::campaign::Finding;
    use crate::domain::codes::Review;

    fn codes(words: &[(&'static str, &str)]) -> Vec<&'static str> {
        words.iter().map(|(code, _)| *code).collect()
    }

    #[test]
    fn every_outcome_and_standing_has_its_words() {
        assert_eq!(codes(&OUTCOMES), Finding::VARIANTS);
        let told = codes(&STANDINGS);
        assert!(Review::VARIANTS.iter().all(|review| told.contains(review)));
    }
}
