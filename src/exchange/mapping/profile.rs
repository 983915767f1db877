//! What a column's values look like: how many of them have the form of what.

use crate::domain::gazetteer::Gazetteer;
use crate::domain::reference::Reference;
use crate::domain::region::Level;
use crate::exchange::sheet::{Cell, CellKind};
use crate::exchange::values::{self, coordinates, dates, ids, money};

use super::Field;

/// The share of a column's values that have a form, for each form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// How many values were looked at.
    pub seen: usize,
    counts: [usize; FORMS],
}

const FORMS: usize = 20;

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
];

impl Profile {
    /// Looks at the values of a column.
    pub fn of<'a>(cells: impl Iterator<Item = Cell<'a>>, reference: &Reference) -> Self {
        let mut profile = Self::default();
        for cell in cells.filter(|cell| !values::is_blank(cell.text)) {
            profile.seen += 1;
            for (count, form) in profile.counts.iter_mut().zip(ALL) {
                *count += usize::from(has(cell, form, &reference.gazetteer));
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
        ]
        .into_iter()
        .map(|(form, field)| (field, self.share(form)))
        // The first of the best: a column of phones is also one of numbers.
        .reduce(|best, next| if next.1 > best.1 + 0.05 { next } else { best })?;
        let needed = if matches!(field, Field::Kbli | Field::OwnerSex) { 0.9 } else { 0.7 };
        (share >= needed).then_some((field, share))
    }

    /// How well the values suit a field: 1 where they have its form, 0 where hardly any has, None
    /// where the field has no form of its own.
    pub fn suits(&self, field: Field) -> Option<f64> {
        if self.seen == 0 {
            return None;
        }
        let share = |form| self.share(form);
        let suits = match field {
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
            | Field::ProductionValue
            | Field::RestrictedOther => share(F::Rupiah).max(share(F::Number)),
            _ => return None,
        };
        Some(suits)
    }
}

fn has(cell: Cell, form: Form, gazetteer: &Gazetteer) -> bool {
    let text = cell.text;
    let letters = || text.bytes().filter(u8::is_ascii_alphabetic).count();
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
        F::Year => values::year(text).is_some() && text.len() == 4,
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
    }
}

fn is_iso_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-'
}
