//! What words of headers mean together: the registry's field.

use super::Field;
use super::words::Word as W;

/// What the words mean together: the narrower meanings come first.
#[expect(clippy::too_many_lines, reason = "one table, one line a meaning")]
pub fn of_words(words: &[W], folded: &str) -> Option<Field> {
    let has = |word: W| words.contains(&word);
    let any = |some: &[W]| some.iter().any(|word| has(*word));
    let says = |text: &str| folded.split(' ').any(|word| word == text);
    let money = says("rp") || says("rupiah") || has(W::Value);
    let field = match () {
        () if has(W::Post) || has(W::Education) || has(W::Machine) || has(W::Used) => {
            Field::Ignored
        }
        () if has(W::Attachment) => Field::Ignored,
        // "Nama lengkap pemilik (sesuai KTP)".
        () if has(W::Ktp) && has(W::Name) && !has(W::Number) && !has(W::Nik) => Field::Owner,
        () if has(W::Nik) && has(W::Cooperative) => Field::Ignored,
        () if has(W::Nib) && has(W::Name) => Field::Name,
        () if has(W::Nib) && any(&[W::Date, W::Year, W::Issued, W::Status]) => Field::Ignored,
        () if has(W::Nib) || says("berusaha") => Field::Nib,
        () if has(W::Nik) || has(W::Ktp) && !has(W::Address) => Field::NationalId,
        () if has(W::Kbli) && any(&[W::Title, W::Name, W::Kind, W::Note]) && !has(W::Code) => {
            Field::Ignored
        }
        () if has(W::Kbli) => Field::Kbli,
        () if has(W::Birth) && has(W::Place) && !has(W::Date) => Field::Ignored,
        () if has(W::Birth) => Field::BirthDate,
        () if has(W::Sex) => Field::OwnerSex,
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
        () if has(W::Investment) => Field::InvestmentValue,
        () if has(W::Sales) => Field::AnnualSales,
        () if has(W::Asset) => Field::RestrictedOther,
        () if has(W::Capital) && !has(W::Note) => Field::BusinessCapital,
        () if has(W::Material) && money => Field::RestrictedOther,
        () if has(W::Material) => Field::RawMaterial,
        () if has(W::Production) && money && !has(W::Capacity) => Field::ProductionValue,
        () if has(W::Price) => Field::Ignored,
        () if has(W::Capacity) && has(W::Unit) && !has(W::Sum) => Field::CapacityUnit,
        () if has(W::Period) => Field::CapacityPeriod,
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
        () if has(W::Male) && has(W::Female) && words.len() == 2 => Field::OwnerSex,
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
        () if any(&[W::Founded]) => Field::FoundedYear,
        () if has(W::Issued) || has(W::Permit) || has(W::Certificate) => Field::Ignored,
        () if has(W::Registered) && any(&[W::Date, W::Year, W::Month]) => Field::RegisteredOn,
        () if has(W::LegalForm) && any(&[W::Business, W::Entity, W::Kind])
            || says("bentuk") && has(W::Business) =>
        {
            Field::LegalForm
        }
        // The noun after "nama" is whose name it is: "Nama Usaha Anggota", "Nama Anggota IKM".
        () if has(W::Member) && next_to_name(words) == Some(W::Business) => Field::Name,
        () if has(W::Name) && has(W::Member) => Field::Owner,
        () if has(W::Scale) || has(W::Status) || has(W::Province) || has(W::Member) => {
            Field::Ignored
        }
        () if any(&[W::Export, W::Market]) => Field::Channel,
        () if has(W::Owner) && !any(&[W::Address, W::Village, W::District, W::Kind, W::Sum]) => {
            Field::Owner
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
        () if has(W::Place) && !has(W::Name) => Field::Address,
        () if has(W::Name) && words.len() == 1 => Field::Name,
        () if has(W::Note) || has(W::Title) || has(W::Date) => Field::Ignored,
        () if has(W::Number) && has(W::Registered) => Field::Ignored,
        () if words.iter().all(|word| *word == W::Business) && !words.is_empty() => Field::Name,
        () => return None,
    };
    Some(field)
}

/// The word behind "nama".
fn next_to_name(words: &[W]) -> Option<W> {
    let place = words.iter().position(|word| *word == W::Name)?;
    words.get(place + 1).copied()
}
