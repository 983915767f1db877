//! What words of headers mean together: the registry's field.

use super::Field;
use super::words::Word as W;

/// What the words mean together: the narrower meanings come first.
#[expect(clippy::too_many_lines, reason = "one table, one line a meaning")]
pub fn of_words(words: &[W], folded: &str) -> Option<Field> {
    let has = |word: W| words.contains(&word);
    let any = |some: &[W]| some.iter().any(|word| has(*word));
    let says = |text: &str| folded.split(' ').any(|word| word == text);
    let money = says("rp") || says("rupiah") || says("idr") || has(W::Value);
    // "Identitas perusahaan" is no number of a person.
    let of_company = says("identitas") && has(W::Business) && !has(W::Number);
    let makes = any(&[W::Making, W::Production, W::Product]);
    let sells = any(&[W::Selling, W::Sales]) || says("dijual") || says("jualan");
    let field = match () {
        () if has(W::Post) || has(W::Education) || has(W::Machine) || has(W::Used) => {
            Field::Ignored
        }
        () if has(W::Attachment) || has(W::Other) => Field::Ignored,
        // "Target produksi", "created_at"; a market that is aimed at is a market.
        () if has(W::Told) && !any(&[W::Market, W::Selling]) => Field::Ignored,
        // "Bentuk BU", also under "Identitas Perusahaan".
        () if says("bu") && has(W::Kind) && !has(W::Name) => Field::LegalForm,
        () if has(W::Name)
            && !has(W::Business)
            && some_says(folded, &["sentra", "paguyuban", "asosiasi"]) =>
        {
            Field::Ignored
        }
        // Where an account is, and of whom; what is owed to a bank is of no use.
        () if has(W::Bank) && any(&[W::Number, W::Name, W::Owner, W::Kind, W::Branch])
            || has(W::Bank) && words.iter().all(|word| *word == W::Bank) =>
        {
            Field::RestrictedOther
        }
        () if has(W::TaxNumber) => Field::RestrictedOther,
        () if has(W::Savings) && !has(W::Cooperative) && !has(W::Name) => Field::RestrictedOther,
        // "Tgl Masuk Anggota": of the person, not of the business.
        () if has(W::Member)
            && any(&[W::Date, W::Registered, W::Founded])
            && !any(&[W::Name, W::Birth]) =>
        {
            Field::Ignored
        }
        () if says("national") && says("id") => Field::NationalId,
        // A family's card has as many digits as a person's number.
        () if (says("kk") || says("keluarga") && says("kartu"))
            && !any(&[W::Name, W::Sum, W::Owner]) =>
        {
            Field::RestrictedOther
        }
        () if says("kk") && has(W::Name) => Field::Owner,
        // "Nama lengkap pemilik (sesuai KTP)".
        () if has(W::Ktp) && has(W::Name) && !has(W::Number) && !has(W::Nik) => Field::Owner,
        () if has(W::Nik) && has(W::Cooperative) => Field::Ignored,
        () if has(W::Nib) && has(W::Name) => Field::Name,
        () if has(W::Nib) && any(&[W::Date, W::Year, W::Issued, W::Status]) => Field::Ignored,
        () if has(W::Nib) || says("berusaha") && !any(&[W::Founded, W::Year]) => Field::Nib,
        () if has(W::Nik) || has(W::Ktp) && !any(PLACES) && !of_company => Field::NationalId,
        () if has(W::Kbli) && any(&[W::Title, W::Name, W::Kind, W::Note]) && !has(W::Code) => {
            Field::Ignored
        }
        () if has(W::Kbli) => Field::Kbli,
        () if has(W::Birth) && has(W::Place) && !has(W::Date) => Field::Ignored,
        () if has(W::Birth) => Field::BirthDate,
        () if has(W::Sex) => Field::OwnerSex,
        // "Jns. Kel. (L/P)": no kind of village is in a list.
        () if has(W::Kind) && has(W::Village) && says("kel") && !has(W::Business) => {
            Field::OwnerSex
        }
        () if has(W::Email) => Field::Email,
        () if has(W::Phone) => Field::Phone,
        () if has(W::Contact) && has(W::Number) => Field::Phone,
        () if has(W::Contact) => Field::Contact,
        // A running number of whatever it is of.
        () if says("id") || says("uuid") => Field::Ignored,
        () if any(&[W::Lat]) && any(&[W::Lon])
            || has(W::Coordinate) && !any(&[W::Lat, W::Lon]) && !says("x") && !says("y") =>
        {
            Field::Coordinates
        }
        () if has(W::Lat) || has(W::Coordinate) && says("y") => Field::Lat,
        () if has(W::Lon) || has(W::Coordinate) && says("x") => Field::Lon,
        () if has(W::Capital) && (says("penanaman") || says("sumber") || says("asal")) => {
            Field::Ignored
        }
        () if has(W::Investment) => Field::InvestmentValue,
        // "Dijual ke mana?", "Cara penjualan", "Where do you sell".
        () if any(&[W::Selling, W::Sales])
            && any(&[W::Place, W::Region, W::Web, W::Market])
            && !money
            || sells && some_says(folded, WHERE) =>
        {
            Field::Channel
        }
        () if has(W::Profit) => Field::RestrictedOther,
        () if has(W::Sales) => Field::AnnualSales,
        () if has(W::Asset) => Field::RestrictedOther,
        () if has(W::Capital) && !has(W::Note) => Field::BusinessCapital,
        () if has(W::Material) && money => Field::RestrictedOther,
        () if has(W::Material)
            && (any(&[W::Place, W::Unit, W::Capacity, W::Note, W::Price, W::Sum])
                || some_says(folded, &["asal", "pemasok", "supplier"])) =>
        {
            Field::Ignored
        }
        () if has(W::Material) => Field::RawMaterial,
        () if has(W::Production) && money && (has(W::Value) || !has(W::Capacity)) => {
            Field::ProductionValue
        }
        () if has(W::Price) => Field::Ignored,
        () if has(W::Capacity) && has(W::Unit) && !has(W::Sum) => Field::CapacityUnit,
        () if has(W::Period) || has(W::Unit) && says("waktu") => Field::CapacityPeriod,
        // "per (bln/th)": which of them, each row says.
        () if words.len() >= 2
            && words.iter().all(|word| matches!(word, W::Day | W::Month | W::Year))
            && words.iter().any(|word| *word != words[0]) =>
        {
            Field::CapacityPeriod
        }
        () if has(W::Capacity) && says("volume") && has(W::Business) && !makes => {
            Field::AnnualSales
        }
        () if has(W::Capacity) => Field::Capacity,
        () if has(W::Unit)
            && any(&[W::Business, W::Sum, W::Count])
            && !has(W::Production)
            && !has(W::Product) =>
        {
            Field::UnitCount
        }
        () if has(W::Unit) => Field::CapacityUnit,
        () if has(W::Worker) && has(W::Male) && !has(W::Female) => Field::WorkersMale,
        () if has(W::Worker) && has(W::Female) && !has(W::Male) => Field::WorkersFemale,
        () if has(W::Worker) => Field::WorkersTotal,
        () if has(W::Male)
            && has(W::Female)
            && words
                .iter()
                .all(|word| matches!(word, W::Male | W::Female | W::Owner | W::Kind)) =>
        {
            Field::OwnerSex
        }
        () if any(&[W::Halal, W::Pirt, W::Bpom, W::Sni]) && any(&[W::Issued, W::Date]) => {
            Field::Ignored
        }
        () if has(W::Halal) => Field::Halal,
        () if has(W::Pirt) => Field::Pirt,
        () if has(W::Bpom) => Field::Bpom,
        () if has(W::Sni) => Field::Sni,
        () if has(W::Brand) && any(&[W::Certificate, W::Registered, W::Number])
            || says("hki")
            || says("haki") =>
        {
            Field::Trademark
        }
        () if has(W::Web) => Field::Website,
        // How long, not since when; and the hours of a shop.
        () if says("lama") && any(&[W::Founded, W::Business]) || says("jam") => Field::Ignored,
        () if has(W::Founded) => Field::FoundedYear,
        () if has(W::LegalForm) && has(W::Entity) && any(&[W::Number, W::Date]) => Field::Ignored,
        () if has(W::Issued) || has(W::Permit) || has(W::Certificate) => Field::Ignored,
        () if has(W::Registered) && (any(&[W::Date, W::Year, W::Month]) || says("at")) => {
            Field::RegisteredOn
        }
        () if has(W::LegalForm) && any(&[W::Business, W::Entity, W::Kind])
            || says("bentuk") && has(W::Business) =>
        {
            Field::LegalForm
        }
        // The noun after "nama" is whose name it is: "Nama Usaha Anggota", "Nama Anggota IKM".
        () if has(W::Member) && next_to_name(words) == Some(W::Business) => Field::Name,
        () if has(W::Name) && has(W::Member) => Field::Owner,
        () if any(&[W::Export, W::Market]) && has(W::Scale) => Field::Channel,
        () if has(W::Scale) || has(W::Status) || has(W::Province) || has(W::Member) => {
            Field::Ignored
        }
        () if any(&[W::Export, W::Market]) => Field::Channel,
        () if has(W::Owner) && any(&[W::Number, W::Code]) && !has(W::Name) => Field::Ignored,
        // "Nama Usaha/Pemilik": the first of them.
        () if has(W::Owner) && next_to_name(words) == Some(W::Business) && !says("pelaku") => {
            Field::Name
        }
        () if has(W::Owner)
            && (next_to_name(words) == Some(W::Owner)
                || !any(PLACES) && !any(&[W::Kind, W::Sum]) && !makes) =>
        {
            Field::Owner
        }
        // "Berapa yang dapat dibuat dalam sebulan?"
        () if makes && asks_how_much(folded) && !has(W::Kind) => Field::Capacity,
        () if any(&[W::Making, W::Product]) && any(&[W::Month, W::Day]) && !has(W::Kind) => {
            Field::Capacity
        }
        () if any(&[W::Village, W::District, W::Regency, W::Region]) && has(W::Code) => {
            Field::Region
        }
        () if has(W::Address) => Field::Address,
        () if has(W::Village) && !has(W::District) => Field::Village,
        () if has(W::District) => Field::District,
        () if has(W::Street) => Field::Address,
        () if has(W::Hamlet) => Field::AddressDetail,
        () if has(W::Regency) => Field::Regency,
        () if has(W::Region) => Field::Regency,
        () if has(W::Branch) || has(W::Sector) => Field::Sector,
        () if has(W::Commodity) => Field::Commodity,
        () if has(W::Kind) && (says("pelaku") || has(W::Cooperative))
            || has(W::Category) && says("pelaku") =>
        {
            Field::Kind
        }
        () if has(W::Category) && has(W::Business) && says("kelompok") => Field::Kind,
        () if any(&[W::Kind, W::Category]) && any(&[W::Product, W::Production]) => {
            Field::ProductType
        }
        () if has(W::Kind) && says("industri") => Field::Sector,
        // "business_category"; in Indonesian it may be the size.
        () if has(W::Category) && says("business") => Field::Sector,
        () if has(W::Category) => Field::ProductType,
        () if has(W::Sum) && has(W::Business) => Field::UnitCount,
        () if has(W::Brand) && has(W::Product) && !has(W::Name) => Field::Ignored,
        () if has(W::Product) && !has(W::Sum) => Field::Product,
        () if has(W::Name) && any(&[W::Business, W::Cooperative]) => Field::Name,
        () if has(W::Brand) => Field::Ignored,
        () if has(W::Kind) && has(W::Business) || has(W::Activity) => Field::Product,
        () if has(W::Sum) && any(&[W::Production, W::Product]) => Field::Capacity,
        () if has(W::Production) && any(&[W::Month, W::Year, W::Day]) => Field::Capacity,
        () if has(W::Production) => Field::Product,
        // "Apa yang dibuat?", "Membuat apa", "Usahanya apa".
        () if any(&[W::Making, W::Selling]) => Field::Product,
        () if has(W::Business) && !has(W::Name) && says("apa") => Field::Product,
        () if has(W::Business) && has(W::Year) => Field::FoundedYear,
        () if has(W::Place) && !has(W::Name) => Field::Address,
        () if has(W::Name)
            && some_says(folded, &["siapa", "bapak", "ibu", "lengkap", "ktp", "full"]) =>
        {
            Field::Owner
        }
        () if has(W::Name) && words.len() == 1 => Field::Name,
        () if has(W::Note) || has(W::Title) || has(W::Date) => Field::Ignored,
        () if has(W::Number) && has(W::Registered) => Field::Ignored,
        () if words.iter().all(|word| *word == W::Business) && !words.is_empty() => Field::Name,
        () => return None,
    };
    Some(field)
}

const PLACES: &[W] =
    &[W::Address, W::Street, W::Hamlet, W::Village, W::District, W::Regency, W::Region, W::Place];

/// Words that ask where something is sold, or how.
const WHERE: &[&str] = &[
    "mana", "kemana", "dimana", "cara", "media", "sistem", "metode", "lewat", "melalui", "where",
    "sasaran", "tujuan", "online", "daring",
];

fn some_says(folded: &str, words: &[&str]) -> bool {
    folded.split(' ').any(|word| words.contains(&word))
}

fn asks_how_much(folded: &str) -> bool {
    some_says(folded, &["berapa", "banyaknya", "banyak", "jumlah", "jml", "much", "many"])
}

/// The word behind "nama".
fn next_to_name(words: &[W]) -> Option<W> {
    let place = words.iter().position(|word| *word == W::Name)?;
    words.get(place + 1).copied()
}
