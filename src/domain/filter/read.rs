//! How the values of parameters are read.

use std::str::FromStr;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::domain::fault::{Expected, Fault};
use crate::domain::reference::Reference;
use crate::geography::round7;

/// Most values in one list.
const MAX_LIST: usize = 100;

pub fn each<T>(
    text: &str,
    list: &mut Vec<T>,
    read: impl Fn(&str) -> Result<T, Fault>,
) -> Result<(), Fault> {
    for value in text.split(',').map(str::trim) {
        list.push(read(value)?);
    }
    if list.len() > MAX_LIST { Err(Fault::TooMany { max: MAX_LIST }) } else { Ok(()) }
}

pub fn commodity(value: &str, reference: &Reference) -> Result<String, Fault> {
    let found = reference.commodity(value).map(|commodity| commodity.code.clone());
    found.ok_or_else(|| unknown(value, &[]))
}

pub fn codes<T: FromStr>(text: &str, list: &mut Vec<T>, allowed: &[&str]) -> Result<(), Fault> {
    each(text, list, |value| value.parse().map_err(|_| unknown(value, allowed)))
}

pub fn ids(text: &str, list: &mut Vec<Uuid>) -> Result<(), Fault> {
    each(text, list, |value| value.parse().map_err(|_| malformed(value, Expected::Uuid)))
}

pub fn unknown(value: &str, allowed: &[&str]) -> Fault {
    Fault::UnknownCode { value: value.to_owned(), allowed: allowed.join(", ") }
}

pub fn malformed(value: &str, expected: Expected) -> Fault {
    Fault::Malformed { value: value.to_owned(), expected }
}

pub fn boolean(text: &str) -> Result<bool, Fault> {
    text.parse().map_err(|_| malformed(text, Expected::Boolean))
}

pub fn whole(text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| malformed(text, Expected::WholeNumber))
}

pub fn date(text: &str) -> Result<NaiveDate, Fault> {
    text.parse().map_err(|_| malformed(text, Expected::Date))
}

/// Reads `lon,lat`.
pub fn lon_lat(text: &str) -> Option<(f64, f64)> {
    let (lon, lat) = text.split_once(',')?;
    let (lon, lat): (f64, f64) = (lon.trim().parse().ok()?, lat.trim().parse().ok()?);
    let on_earth = lon.abs() <= 180.0 && lat.abs() <= 90.0;
    on_earth.then(|| (round7(lon), round7(lat)))
}
