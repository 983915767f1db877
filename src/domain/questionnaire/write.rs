//! What answers do to a record.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use super::fields::{Answer, FIELDS, Field};
use super::lists::List;
use crate::domain::codes::{PointMethod, Sector};
use crate::domain::enterprise::{
    Capacity, Consent, Contact, Draft, Kbli, Owner, Point, Product, Registration, Workers,
};
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::restricted::{AnnualSales, Restricted, RestrictedPerson};
use crate::domain::text::{fold, phone_number};
use crate::domain::trade::{Certificate, Channel};

/// What a filled-in form says, by the names of its questions.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// What was asked: an empty text where nothing was answered.
    pub values: HashMap<String, String>,
    pub products: Vec<HashMap<String, String>>,
    /// The list of products was read out and is still right.
    pub keeps_products: bool,
}

impl Answers {
    fn given(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

/// When and how something was answered.
#[derive(Debug, Clone)]
pub struct Interview<'a> {
    pub on: NaiveDate,
    /// How a consent was given.
    pub how: &'a str,
}

/// Writes answers into a draft. An answer that cannot be right is told and left out; a question
/// that was not answered leaves what is known, but for consents: those that were not given again
/// are withdrawn. `restricted` gets what was answered of that tier and nothing else.
pub fn write(
    answers: &Answers,
    interview: &Interview,
    draft: &mut Draft,
    restricted: &mut Restricted,
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for field in FIELDS {
        let told = match field.answer {
            Answer::Many(list) => match answers.values.get(field.code) {
                Some(words) => many(field, list, words, interview, draft),
                None => continue,
            },
            Answer::Products => {
                if !answers.keeps_products && !answers.products.is_empty() {
                    draft.products = products(&answers.products, &mut faults);
                    let named = draft.products.iter().filter_map(|one| one.commodity.clone());
                    let new: Vec<String> =
                        named.filter(|code| !draft.commodities.contains(code)).collect();
                    draft.commodities.extend(new);
                }
                continue;
            }
            _ => match answers.given(field.code) {
                Some(text) => one(field, text, interview, draft, restricted),
                None => continue,
            },
        };
        if let Err(fault) = told {
            faults.push(FieldFault::new(field.code, fault));
        }
    }
    // A person's values stand under their name.
    let owner = draft.owners.first().map(|owner| owner.name.clone());
    match owner {
        Some(name) => {
            restricted.persons.iter_mut().for_each(|person| person.name.clone_from(&name));
        }
        None => restricted.persons.clear(),
    }
    faults
}

fn malformed(text: &str, expected: Expected) -> Fault {
    Fault::Malformed { value: text.to_owned(), expected }
}

fn code<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    let unknown = || Fault::UnknownCode { value: text.to_owned(), allowed: String::new() };
    text.parse().map_err(|_| unknown())
}

fn whole<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| malformed(text, Expected::WholeNumber))
}

fn phone(text: &str) -> Result<String, Fault> {
    phone_number(text).ok_or_else(|| Fault::PhoneUnusable { value: text.to_owned() })
}

/// The first owner, who is made where there is none yet.
fn owner(draft: &mut Draft) -> &mut Owner {
    if draft.owners.is_empty() {
        draft.owners.push(Owner { name: String::new(), sex: None, phone: None, email: None });
    }
    &mut draft.owners[0]
}

fn person(restricted: &mut Restricted) -> &mut RestrictedPerson {
    if restricted.persons.is_empty() {
        let name = String::new();
        restricted.persons.push(RestrictedPerson { name, national_id: None, birth_date: None });
    }
    &mut restricted.persons[0]
}

fn one(
    field: &Field,
    text: &str,
    interview: &Interview,
    draft: &mut Draft,
    restricted: &mut Restricted,
) -> Result<(), Fault> {
    match field.code {
        "name" => text.clone_into(&mut draft.name),
        "sector" => {
            let sector: Sector = code(text)?;
            draft.sectors.retain(|known| *known != sector);
            draft.sectors.insert(0, sector);
        }
        "legal_form" => draft.legal_form = Some(code(text)?),
        "founded_year" => draft.founded_year = Some(whole(text)?),
        "nib" => {
            draft.nib = Some(text.parse().map_err(|()| malformed(text, Expected::Nib))?);
        }
        "kbli" => {
            let main = Kbli { edition: "2020".into(), code: text.to_owned(), main: true };
            draft.kbli.retain(|known| known.code != main.code);
            draft.kbli.iter_mut().for_each(|known| known.main = false);
            draft.kbli.insert(0, main);
        }
        "address" => draft.address = Some(text.to_owned()),
        "point" => draft.point = Some(point(text)?),
        // Another name is another person: what was known of the one before goes with them.
        "owner_name" => {
            let same = draft.owners.first().is_some_and(|known| fold(&known.name) == fold(text));
            let owner = owner(draft);
            if !same {
                *owner = Owner { name: String::new(), sex: None, phone: None, email: None };
            }
            text.clone_into(&mut owner.name);
        }
        "owner_sex" => owner(draft).sex = Some(code(text)?),
        "owner_phone" => owner(draft).phone = Some(phone(text)?),
        "owner_nik" => {
            let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit());
            if !digits {
                return Err(malformed("…", Expected::NationalId));
            }
            person(restricted).national_id = Some(text.to_owned());
        }
        "owner_birth_date" => {
            person(restricted).birth_date =
                Some(text.parse().map_err(|_| malformed("…", Expected::Date))?);
        }
        "workers_male" | "workers_female" => {
            let heads = whole(text)?;
            let workers = draft.workers.get_or_insert(Workers {
                male: None,
                female: None,
                total: None,
                on: None,
            });
            workers.total = None;
            workers.on = Some(interview.on);
            if field.code == "workers_male" {
                workers.male = Some(heads);
            } else {
                workers.female = Some(heads);
            }
        }
        "contact_phone" => {
            draft.contact.get_or_insert_with(Contact::default).phone = Some(phone(text)?);
        }
        "business_capital" => restricted.business_capital = Some(whole(text)?),
        "annual_sales" => {
            let year = interview.on.year() - 1;
            restricted.annual_sales = Some(AnnualSales { value: whole(text)?, year });
        }
        // Photos are no part of the record.
        _ => {}
    }
    Ok(())
}

/// `lat lon altitude accuracy`, as a phone writes a position.
fn point(text: &str) -> Result<Point, Fault> {
    let unusable = || Fault::PointUnusable { value: text.to_owned() };
    let numbers: Vec<f64> = text
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|_| unusable())?;
    let (&[lat, lon], rest) = numbers.split_first_chunk::<2>().ok_or_else(unusable)?;
    let finite = lat.is_finite() && lon.is_finite();
    if !finite || lat.abs() > 85.0 || lon.abs() > 180.0 {
        return Err(unusable());
    }
    let accuracy_m = rest.get(1).copied().filter(|metres| metres.is_finite() && *metres > 0.0);
    Ok(Point { lon, lat, accuracy_m, method: PointMethod::Gps })
}

fn many(
    field: &Field,
    list: List,
    words: &str,
    interview: &Interview,
    draft: &mut Draft,
) -> Result<(), Fault> {
    let chosen: Vec<&str> = words.split_whitespace().collect();
    let known = list.codes();
    if let Some(odd) = chosen.iter().find(|word| !known.iter().any(|code| code == *word)) {
        return Err(Fault::UnknownCode { value: (*odd).to_owned(), allowed: known.join(", ") });
    }
    if field.code == "consents" {
        draft.consents.retain(|consent| chosen.contains(&<&str>::from(consent.to)));
        for word in chosen {
            let to = code(word)?;
            if !draft.consents.iter().any(|consent| consent.to == to) {
                draft.consents.push(Consent {
                    to,
                    on: interview.on,
                    how: interview.how.to_owned(),
                });
            }
        }
        return Ok(());
    }
    if chosen.is_empty() {
        return Ok(());
    }
    match field.code {
        "kinds" => {
            draft.registrations.retain(|entry| chosen.contains(&<&str>::from(entry.kind)));
            for word in chosen {
                let kind = code(word)?;
                if !draft.registrations.iter().any(|entry| entry.kind == kind) {
                    draft.registrations.push(Registration {
                        kind,
                        office: None,
                        number: None,
                        since: None,
                        until: None,
                    });
                }
            }
        }
        "certificates" => {
            draft.certificates.retain(|entry| chosen.contains(&<&str>::from(entry.kind)));
            for word in chosen {
                let kind = code(word)?;
                if !draft.certificates.iter().any(|entry| entry.kind == kind) {
                    let (number, issued, expires, status) = (None, None, None, None);
                    draft.certificates.push(Certificate { kind, number, issued, expires, status });
                }
            }
        }
        "platforms" => {
            draft.channels.retain(|entry| chosen.contains(&<&str>::from(entry.platform)));
            for word in chosen {
                let platform = code(word)?;
                if !draft.channels.iter().any(|entry| entry.platform == platform) {
                    draft.channels.push(Channel { platform, url: None, since: None, until: None });
                }
            }
        }
        "needs" => draft.needs = chosen.into_iter().map(code).collect::<Result<_, _>>()?,
        "practices" => draft.practices = chosen.into_iter().map(code).collect::<Result<_, _>>()?,
        _ => {}
    }
    Ok(())
}

fn products(answered: &[HashMap<String, String>], faults: &mut Vec<FieldFault>) -> Vec<Product> {
    let mut products = Vec::new();
    for (place, entry) in answered.iter().enumerate() {
        let given =
            |name: &str| entry.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let Some(name) = given("product_name") else { continue };
        let mut fault = |name: &str, fault| {
            faults.push(FieldFault::new(format!("products[{place}].{name}"), fault));
        };
        let mut product = Product { name: name.to_owned(), ..Product::default() };
        product.commodity = given("product_commodity").map(str::to_owned);
        if let (Some(quantity), Some(unit), Some(period)) =
            (given("capacity_quantity"), given("capacity_unit"), given("capacity_period"))
        {
            match (quantity.parse::<f64>(), code(period)) {
                (Ok(quantity), Ok(period)) if quantity.is_finite() => {
                    product.capacity = Some(Capacity {
                        min: quantity,
                        max: quantity,
                        unit: unit.to_owned(),
                        period,
                        working_days: given("working_days").and_then(|days| days.parse().ok()),
                    });
                }
                _ => fault("capacity", malformed(quantity, Expected::Number)),
            }
        }
        match given("utilisation").map(whole) {
            Some(Ok(utilisation)) => product.utilisation = Some(utilisation),
            Some(Err(odd)) => fault("utilisation", odd),
            None => {}
        }
        products.push(product);
    }
    products
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::ConsentTo;

    fn answers(values: &[(&str, &str)]) -> Answers {
        let values = values.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
        Answers { values, ..Answers::default() }
    }

    fn interview() -> Interview<'static> {
        let on = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
        Interview { on, how: "Wawancara" }
    }

    #[test]
    fn answers_become_a_draft_and_odd_ones_are_told_and_left_out() {
        let mut draft = Draft::default();
        let mut restricted = Restricted::default();
        let faults = write(
            &answers(&[
                ("name", "Tas Melati"),
                ("sector", "kulit-alas-kaki"),
                ("kinds", "ikm ukm"),
                ("nib", "12"),
                ("owner_name", "Siti"),
                ("owner_nik", "3515060101010001"),
                ("point", "-7.4 112.7 10 4.5"),
                ("workers_male", "3"),
                ("annual_sales", "250000000"),
                ("consents", "publish contact"),
            ]),
            &interview(),
            &mut draft,
            &mut restricted,
        );
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].field, "nib");
        assert_eq!((draft.name.as_str(), draft.registrations.len()), ("Tas Melati", 2));
        let point = draft.point.as_ref().expect("a point");
        assert_eq!((point.lon, point.lat, point.accuracy_m), (112.7, -7.4, Some(4.5)));
        assert_eq!(restricted.persons[0].name, "Siti");
        assert_eq!(restricted.annual_sales, Some(AnnualSales { value: 250_000_000, year: 2025 }));
        assert!(draft.agrees_to(ConsentTo::Contact) && !draft.agrees_to(ConsentTo::Capacity));
    }

    #[test]
    fn what_is_not_answered_stays_but_a_consent_that_is_not_given_again_is_withdrawn() {
        let mut draft = Draft::default();
        let mut restricted = Restricted::default();
        let first =
            [("name", "Tas"), ("address", "Jl. A"), ("needs", "capital"), ("consents", "publish")];
        write(&answers(&first), &interview(), &mut draft, &mut restricted);
        let again = [("name", ""), ("address", ""), ("needs", ""), ("consents", "")];
        write(&answers(&again), &interview(), &mut draft, &mut restricted);
        assert_eq!((draft.name.as_str(), draft.address.as_deref()), ("Tas", Some("Jl. A")));
        assert_eq!(draft.needs.len(), 1);
        assert!(draft.consents.is_empty());
    }
}
