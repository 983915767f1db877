//! What a column's values look like: how many of them have the form of what.

use std::collections::HashSet;

use crate::domain::quantity::{parse, unit};
use crate::domain::reference::Reference;
use crate::domain::region::Level;
use crate::domain::text::fold;
use crate::exchange::sheet::{Cell, CellKind};
use crate::exchange::values::{self, coordinates, dates, ids, money};

use super::Field;

/// The share of a column's values that have a form, for each form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// How many values were looked at.
    pub seen: usize,
    /// How many of them are unlike each other.
    pub distinct: usize,
    counts: [usize; FORMS],
}

const FORMS: usize = 24;

/// A form that a value can have. A value may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "a legal form is called so")]
pub enum Form {
    Nib,
    NationalId,
    Phone,
    Email,
    Url,
    Kbli,
    Date,
    Year,
    Rupiah,
    SmallCount,
    Latitude,
    Longitude,
    Metres,
    Coordinates,
    Village,
    District,
    Regency,
    Sex,
    LegalForm,
    Number,
    Period,
    Unit,
    /// RT and RW.
    Neighbourhood,
    /// What is made, by the name of a commodity.
    Goods,
}

use Form as F;

const ALL: [Form; FORMS] = [
    F::Nib,
    F::NationalId,
    F::Phone,
    F::Email,
    F::Url,
    F::Kbli,
    F::Date,
    F::Year,
    F::Rupiah,
    F::SmallCount,
    F::Latitude,
    F::Longitude,
    F::Metres,
    F::Coordinates,
    F::Village,
    F::District,
    F::Regency,
    F::Sex,
    F::LegalForm,
    F::Number,
    F::Period,
    F::Unit,
    F::Neighbourhood,
    F::Goods,
];

/// Forms that the name of no person and no business has.
const PERSONAL: &[Form] = &[F::Nib, F::NationalId, F::Phone, F::Email, F::Date, F::Sex];
/// Forms that the name of no place has.
const NO_NAMES: &[Form] = &[F::SmallCount, F::Phone, F::Email, F::Date, F::Sex, F::NationalId];

impl Profile {
    /// Looks at the values of a column.
    pub fn of<'a>(cells: impl Iterator<Item = Cell<'a>>, reference: &Reference) -> Self {
        let mut profile = Self::default();
        let mut seen: HashSet<&str> = HashSet::new();
        for cell in cells.filter(|cell| !values::is_blank(cell.text)) {
            profile.seen += 1;
            profile.distinct += usize::from(seen.insert(cell.text));
            for (count, form) in profile.counts.iter_mut().zip(ALL) {
                *count += usize::from(has(cell, form, reference));
            }
        }
        profile
    }

    /// The share of the values that have a form; 0 where there are none.
    pub fn share(&self, form: Form) -> f64 {
        let place = ALL.iter().position(|known| *known == form).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a number of cells")]
        if self.seen == 0 { 0.0 } else { self.counts[place] as f64 / self.seen as f64 }
    }

    /// The field that the values alone speak for, and how clearly: only forms that little else has.
    pub fn speaks_for(&self) -> Option<(Field, f64)> {
        if self.seen < 3 {
            return None;
        }
        let (field, share) = [
            (F::NationalId, Field::NationalId),
            (F::Nib, Field::Nib),
            (F::Email, Field::Email),
            (F::Url, Field::Website),
            (F::Coordinates, Field::Coordinates),
            (F::Phone, Field::Phone),
            (F::Regency, Field::Regency),
            (F::District, Field::District),
            (F::Village, Field::Village),
            (F::Sex, Field::OwnerSex),
            (F::LegalForm, Field::LegalForm),
            (F::Latitude, Field::Lat),
            (F::Longitude, Field::Lon),
            (F::Kbli, Field::Kbli),
            (F::Period, Field::CapacityPeriod),
            (F::Unit, Field::CapacityUnit),
            (F::Neighbourhood, Field::AddressDetail),
        ]
        .into_iter()
        .map(|(form, field)| (field, self.share(form)))
        // The first of the best: a column of phones is also one of numbers.
        .reduce(|best, next| if next.1 > best.1 + 0.05 { next } else { best })?;
        let short = matches!(
            field,
            Field::Kbli | Field::OwnerSex | Field::CapacityPeriod | Field::CapacityUnit
        );
        let needed = if short { 0.9 } else { 0.7 };
        (share >= needed).then_some((field, share))
    }

    /// What values may be that have no form of their own, where no header says anything: years of
    /// many kinds are of founding, names of goods that come again are what is made.
    pub fn hints_at(&self) -> Option<(Field, f64)> {
        let years = self.share(F::Year);
        if self.seen >= 3 && years >= 0.9 && self.distinct >= 3 {
            return Some((Field::FoundedYear, years));
        }
        let goods = self.share(F::Goods);
        let again = self.seen < 10 || self.distinct * 10 <= self.seen * 7;
        (self.seen >= 3 && goods >= 0.8 && again).then_some((Field::Product, goods))
    }

    /// How well the values suit a field: 1 where they have its form, 0 where hardly any has, None
    /// where the field has no form of its own.
    pub fn suits(&self, field: Field) -> Option<f64> {
        if self.seen == 0 {
            return None;
        }
        let share = |form| self.share(form);
        let most = |forms: &[Form]| forms.iter().map(|form| share(*form)).fold(0.0, f64::max);
        // The names of another level, of which hardly any is one of this.
        let rather = |own, others: &[Form]| if share(own) < 0.2 { most(others) } else { 0.0 };
        let suits = match field {
            Field::Village => 1.0 - most(NO_NAMES).max(rather(F::Village, &[F::District])),
            Field::District => {
                1.0 - most(NO_NAMES).max(rather(F::District, &[F::Village, F::Regency]))
            }
            Field::Regency => {
                1.0 - most(NO_NAMES).max(rather(F::Regency, &[F::Village, F::District]))
            }
            Field::Name | Field::Owner => 1.0 - most(PERSONAL),
            Field::CapacityUnit => 1.0 - share(F::Period),
            Field::CapacityPeriod => 1.0 - share(F::Unit),
            Field::Nib => share(F::Nib),
            Field::NationalId => share(F::NationalId),
            Field::Phone => share(F::Phone),
            Field::Email => share(F::Email),
            Field::Kbli => share(F::Kbli),
            Field::BirthDate => share(F::Date),
            Field::OwnerSex => share(F::Sex),
            Field::Lat => share(F::Latitude).max(share(F::Longitude)).max(share(F::Metres)),
            Field::Lon => share(F::Longitude).max(share(F::Latitude)).max(share(F::Metres)),
            Field::Coordinates => share(F::Coordinates),
            Field::WorkersMale | Field::WorkersFemale | Field::WorkersTotal => share(F::SmallCount),
            Field::InvestmentValue
            | Field::BusinessCapital
            | Field::AnnualSales
            | Field::ProductionValue => share(F::Rupiah).max(share(F::Number)),
            _ => return None,
        };
        Some(suits)
    }
}

fn has(cell: Cell, form: Form, reference: &Reference) -> bool {
    let text = cell.text;
    let letters = || text.bytes().filter(u8::is_ascii_alphabetic).count();
    let gazetteer = &reference.gazetteer;
    let named =
        |level| text.len() <= 60 && letters() >= 3 && !gazetteer.named(level, text).is_empty();
    let number = || if text.len() <= 24 { money::plain(cell) } else { None };
    match form {
        F::Nib => ids::digits(text).is_some_and(|digits| digits.len() == 13),
        F::NationalId => {
            ids::digits(text).is_some_and(|digits| digits.len() == 16)
                || cell.kind != CellKind::Date
                    && values::is_scientific(text)
                    && text.to_lowercase().contains("e+15")
        }
        F::Phone => !is_iso_date(text) && ids::looks_like_phone(text),
        F::Email => text.contains('@') && text.contains('.') && !text.contains(' '),
        F::Url => text.contains("://") || text.starts_with("www.") || text.contains(".com"),
        F::Kbli => values::is_kbli(text),
        F::Date => dates::date(cell, None).is_ok(),
        F::Year => {
            let text = text.trim_start_matches('\'');
            text.len() == 4 && values::year(text).is_some_and(|year| (1950..=2030).contains(&year))
        }
        F::Rupiah => money::looks_like_rupiah(cell),
        F::SmallCount => values::count(text).is_some_and(|count| count <= 5_000),
        F::Latitude => coordinates::degrees(text).is_some_and(|at| {
            (-9.5..=-5.0).contains(&at) || text.contains('.') && (5.0..=9.5).contains(&at)
        }),
        F::Longitude => coordinates::degrees(text).is_some_and(|at| {
            (110.0..=117.0).contains(&at) && (text.contains(['.', ',', '°', '\'', ' ']))
        }),
        F::Metres => number().is_some_and(|number| (100_000.0..=10_000_000.0).contains(&number)),
        F::Coordinates => coordinates::pair(text).is_some(),
        F::Village => named(Level::Village),
        F::District => named(Level::District),
        F::Regency => named(Level::Regency),
        F::Sex => values::sex(text).is_some(),
        F::LegalForm => values::legal_form(text).is_some(),
        F::Number => number().is_some(),
        F::Period => text.len() <= 20 && period(text),
        F::Unit => text.len() <= 20 && unit::named(text).is_some(),
        F::Neighbourhood => is_neighbourhood(text),
        F::Goods => is_goods(text, reference),
    }
}

fn period(text: &str) -> bool {
    let folded = fold(text);
    let mut words = folded.split(' ').filter(|word| !matches!(*word, "per" | "tiap" | "setiap"));
    words.next().is_some_and(|word| parse::period(word).is_some()) && words.next().is_none()
}

/// `RT 03 RW 02`, `003/012`, `RT.3`.
fn is_neighbourhood(text: &str) -> bool {
    if text.len() > 20 {
        return false;
    }
    let digits =
        |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    if let Some((rt, rw)) = text.split_once('/')
        && digits(rt.trim())
        && digits(rw.trim())
    {
        return rt.trim().len() == 3 || rt.trim().len() == 2 && rw.trim().len() == 2;
    }
    let folded = fold(text);
    folded.starts_with("rt ") || folded.starts_with("rw ") || folded.starts_with("rt0")
}

/// A few words that begin with a commodity's, or end with it: a branch of industry is none.
fn is_goods(text: &str, reference: &Reference) -> bool {
    if text.len() > 80 {
        return false;
    }
    let entries = values::entries(text);
    let Some(first) = entries.first() else { return false };
    let words = fold(first);
    words.split(' ').count() <= 3
        && !words.starts_with("industri")
        && !words.bytes().any(|byte| byte.is_ascii_digit())
        && reference.commodity_in(&words).is_some()
}

fn is_iso_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-'
}
