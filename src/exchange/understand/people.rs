//! Whose the business is, how they are reached, and what of them is restricted.

use super::super::values::{self, dates, ids};
use super::{Field, Reading, shown};
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::{Nib, Sex};
use crate::domain::enterprise::Owner;
use crate::domain::fault::Fault;
use crate::domain::restricted::RestrictedPerson;
use crate::domain::text::tidy_case;

/// Somebody can be reached, but nobody is named.
const UNNAMED: &str = "Tidak disebut";

impl Reading<'_, '_> {
    pub(super) fn owners(&mut self) -> Vec<Owner> {
        let contact = self.cell(Field::Contact);
        let is_number = |text: &str| text.bytes().filter(u8::is_ascii_digit).count() >= 6;
        let person = contact.filter(|cell| !is_number(cell.text)).map(|cell| cell.text);
        let number = contact.filter(|cell| is_number(cell.text));
        let mut phones = self.phones(number.is_some());
        let email = self.email();
        let sex = self.coded(Field::OwnerSex, values::sex, |value| CellFault::SexUnknown { value });
        let Some(names) = self.text(Field::Owner).or(person) else {
            // The reach is not lost, nor is the sex of a business that bears its owner's name.
            let phone = (!phones.is_empty()).then(|| phones.remove(0));
            self.left_over(&phones, number.is_some());
            let reachable = phone.is_some() || email.is_some();
            let unnamed = Owner { name: UNNAMED.into(), sex, phone, email };
            return if reachable { vec![unnamed] } else { Vec::new() };
        };
        let names = values::persons(names);
        let mut owners: Vec<Owner> = Vec::with_capacity(names.len());
        for name in &names {
            let first = owners.is_empty();
            let phone =
                (!phones.is_empty() && (first || names.len() > 1)).then(|| phones.remove(0));
            owners.push(Owner {
                name: tidy_case(name),
                // One cell of a couple says the sex of the first.
                sex: sex.filter(|_| first).or_else(|| title(name)),
                phone,
                email: email.clone().filter(|_| first),
            });
        }
        self.left_over(&phones, number.is_some());
        owners
    }

    fn phones(&mut self, in_contact: bool) -> Vec<String> {
        let fields = if in_contact { [Field::Contact, Field::Phone] } else { [Field::Phone; 2] };
        let mut phones: Vec<String> = Vec::new();
        let more = if in_contact { self.columns(fields[1]) } else { &[] };
        for &at in self.columns(fields[0]).iter().chain(more) {
            let cell = self.cells[at.0];
            if cell.text.is_empty() {
                continue;
            }
            match ids::phones(cell) {
                Ok(found) => {
                    for phone in found {
                        if !phones.contains(&phone) {
                            phones.push(phone);
                        }
                    }
                }
                Err(fault) => self.say_at(Some(at), fields[0], fault),
            }
        }
        phones
    }

    fn left_over(&mut self, phones: &[String], in_contact: bool) {
        let field = if in_contact { Field::Contact } else { Field::Phone };
        for phone in phones {
            self.say(field, Fault::ExtraValue { value: phone.clone() });
        }
    }

    fn email(&mut self) -> Option<String> {
        let text = self.text(Field::Email)?;
        let first = text.split([',', ';', '/', ' ', '\n']).find(|part| !part.is_empty())?;
        let fine = first.split_once('@').is_some_and(|(who, host)| {
            !who.is_empty()
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !host.contains('@')
        });
        if fine {
            return Some(first.to_lowercase());
        }
        self.say(Field::Email, CellFault::EmailUnusable { value: shown(text) });
        None
    }

    pub(super) fn nib(&mut self) -> Option<Nib> {
        let cell = self.cell(Field::Nib)?;
        if values::yes_no(cell.text) == Some(false) {
            return None;
        }
        match ids::nib(cell) {
            Ok(nib) => Some(nib),
            Err(fault) => {
                // A NIK in the wrong column is not repeated.
                let fault = match fault {
                    Fault::Malformed { value, expected } => {
                        Fault::Malformed { value: shown(&value), expected }
                    }
                    other => other,
                };
                let digits = cell.text.bytes().filter(u8::is_ascii_digit).count();
                let suggestion = (digits > 0 && !matches!(fault, Fault::DigitsLost { .. }))
                    .then(|| format!("{digits} angka; NIB mempunyai 13"));
                let at = self.at(Field::Nib).map(|(at, _)| at);
                self.suggest(at, Field::Nib, fault, suggestion);
                None
            }
        }
    }

    /// The first owner's NIK and birth date.
    pub(super) fn people(&mut self, owners: &[Owner]) {
        let national_id =
            self.cell(Field::NationalId).filter(|cell| values::yes_no(cell.text) != Some(false));
        let national_id = national_id.and_then(|cell| match ids::national_id(cell) {
            Ok(national_id) => Some(national_id),
            Err(fault) => {
                let digits = cell.text.bytes().filter(u8::is_ascii_digit).count();
                let suggestion = (!matches!(fault, Fault::DigitsLost { .. }))
                    .then(|| format!("{digits} angka; NIK mempunyai 16"));
                let at = self.at(Field::NationalId).map(|(at, _)| at);
                self.suggest(at, Field::NationalId, fault, suggestion);
                None
            }
        });
        let today = self.reader.context.today;
        let birth_date = self.cell(Field::BirthDate).and_then(|cell| {
            let read = dates::date(cell, today).ok();
            let read = read.filter(|date| today.is_none_or(|today| *date < today));
            if read.is_none() {
                self.say(Field::BirthDate, CellFault::DateUnreadable { value: "…".into() });
            }
            read
        });
        if national_id.is_none() && birth_date.is_none() {
            return;
        }
        match owners.first().filter(|owner| owner.name != UNNAMED) {
            Some(owner) => {
                let name = owner.name.clone();
                self.restricted.persons.push(RestrictedPerson { name, national_id, birth_date });
            }
            None => self.say(Field::NationalId, CellFault::PersonUnnamed),
        }
    }
}

/// The sex that a title before a name says: `Hj. Siti`, `Bu Sri`. `H.` is left alone: it is written
/// of both.
fn title(name: &str) -> Option<Sex> {
    let first = name.split([' ', '.']).next()?.to_lowercase();
    match first.as_str() {
        "hj" | "ibu" | "bu" | "ny" | "nyonya" => Some(Sex::Female),
        "bapak" | "bpk" | "tn" | "tuan" => Some(Sex::Male),
        _ => None,
    }
}
