//! The rules a draft must keep, and the tidying that every draft gets before it is kept.

use super::codes::Kind;
use super::enterprise::{Capacity, Contact, Draft, Point, Registration};
use super::fault::{Expected, Fault, FieldFault};
use super::quantity::{convert, unit};
use super::reference::{Commodity, Reference};
use super::region::Level;
use super::trade;
use crate::geography::round7;

/// Longest text that a short field takes, in characters.
pub const MAX_TEXT: usize = 200;
/// Longest address.
pub const MAX_ADDRESS: usize = 500;
/// Most entries in any list of a draft.
const MAX_ENTRIES: usize = 50;

/// Tidies a draft and checks it: the region is taken from the point where none is stated. All
/// faults are told at once.
///
/// # Errors
/// Every rule that the draft breaks, with the field's path.
pub fn check(
    mut draft: Draft,
    reference: &Reference,
    this_year: i32,
) -> Result<Draft, Vec<FieldFault>> {
    tidy(&mut draft);
    let mut faults = Vec::new();
    let mut fault = |field: String, fault: Fault| faults.push(FieldFault::new(field, fault));

    for (field, text, max) in texts(&draft) {
        if text.chars().count() > max {
            fault(field, Fault::TooLong { max });
        } else if text.is_empty() {
            fault(field, Fault::Required);
        } else if text.contains('\0') {
            // PostgreSQL takes none.
            fault(field, Fault::Unreadable { message: "NUL".to_owned() });
        }
    }
    for (field, length) in [
        ("registrations", draft.registrations.len()),
        ("kbli", draft.kbli.len()),
        ("sectors", draft.sectors.len()),
        ("commodities", draft.commodities.len()),
        ("products", draft.products.len()),
        ("owners", draft.owners.len()),
        ("consents", draft.consents.len()),
    ] {
        if length > MAX_ENTRIES {
            fault(field.into(), Fault::TooMany { max: MAX_ENTRIES });
        }
    }
    if let Some(year) = draft.founded_year
        && !(1800..=this_year).contains(&year)
    {
        let (value, min, max) = (year.to_string(), "1800".into(), this_year.to_string());
        fault("founded_year".into(), Fault::OutOfRange { value, min, max });
    }
    for (place, kbli) in draft.kbli.iter().enumerate() {
        if !reference.kbli.knows(&kbli.edition) {
            let (value, allowed) = (kbli.edition.clone(), reference.kbli.edition_names());
            fault(format!("kbli[{place}].edition"), Fault::UnknownCode { value, allowed });
        }
        let digits = kbli.code.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !(2..=5).contains(&kbli.code.len()) {
            let (value, expected) = (kbli.code.clone(), Expected::Kbli);
            fault(format!("kbli[{place}].code"), Fault::Malformed { value, expected });
        }
    }
    let known = |code: &str| reference.commodity(code).is_some();
    let unknown = |code: &str| Fault::UnknownCode { value: code.into(), allowed: String::new() };
    for (place, code) in draft.commodities.iter().enumerate().filter(|(_, code)| !known(code)) {
        fault(format!("commodities[{place}]"), unknown(code));
    }
    for (place, product) in draft.products.iter().enumerate() {
        if let Some(code) = product.commodity.as_deref().filter(|code| !known(code)) {
            fault(format!("products[{place}].commodity"), unknown(code));
        }
        if let Some(capacity) = &product.capacity {
            let at = format!("products[{place}].capacity");
            let commodity = product.commodity.as_deref().and_then(|code| reference.commodity(code));
            for (field, found) in capacity_faults(capacity, commodity) {
                fault(format!("{at}.{field}"), found);
            }
        }
    }
    if draft.sectors.is_empty() {
        fault("sectors".into(), Fault::Required);
    }
    if let Some(point) = &draft.point {
        for (field, found) in point_faults(point) {
            fault(format!("point.{field}"), found);
        }
    }
    if let Some(found) = settle_region(&mut draft, reference) {
        fault("region".into(), found);
    }
    faults.extend(trade::faults(&draft, reference));
    if faults.is_empty() { Ok(draft) } else { Err(faults) }
}

/// Reads a draft from JSON.
///
/// # Errors
/// The first field that is unknown, missing or of the wrong type, with its path.
pub fn draft_from_json(value: serde_json::Value) -> Result<Draft, Vec<FieldFault>> {
    from_json(value)
}

/// Reads anything from JSON.
///
/// # Errors
/// The first field that is unknown, missing or of the wrong type, with its path.
pub fn from_json<T: serde::de::DeserializeOwned>(
    value: serde_json::Value,
) -> Result<T, Vec<FieldFault>> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        vec![json_fault(&path, &message)]
    })
}

/// What serde's message says, as a fault at the right path.
fn json_fault(path: &str, message: &str) -> FieldFault {
    let path = if path == "." { "" } else { path };
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let child = |name: &str| match path {
        "" => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    match quoted.as_slice() {
        [name, ..] if message.starts_with("unknown field") => {
            FieldFault::new(child(name), Fault::UnknownField)
        }
        [name, ..] if message.starts_with("missing field") => {
            FieldFault::new(child(name), Fault::Required)
        }
        [value, allowed @ ..] if message.starts_with("unknown variant") => {
            let (value, allowed) = ((*value).to_owned(), allowed.join(", "));
            FieldFault::new(path, Fault::UnknownCode { value, allowed })
        }
        _ => FieldFault::new(path, Fault::WrongType { message: message.to_owned() }),
    }
}

/// Takes the region from the point where none is stated; a fault where there is none to take.
fn settle_region(draft: &mut Draft, reference: &Reference) -> Option<Fault> {
    match (&draft.region, &draft.point) {
        (Some(region), _) => {
            let fine =
                region.level() != Level::Province && reference.gazetteer.get(region).is_some();
            (!fine).then(|| Fault::RegionUnknown { value: region.to_string() })
        }
        (None, None) => Some(Fault::Required),
        (None, Some(point)) => {
            let Some(located) = reference.gazetteer.locate(point.lon, point.lat) else {
                return Some(Fault::PointOutsideProvince { lon: point.lon, lat: point.lat });
            };
            draft.region = Some(located.narrowest().code);
            None
        }
    }
}

/// What is wrong with the capacity of a product, which may be of a known commodity.
pub fn capacity_faults(
    capacity: &Capacity,
    commodity: Option<&Commodity>,
) -> Vec<(&'static str, Fault)> {
    let mut faults = Vec::new();
    let stated = capacity.unit.clone();
    match (unit::by_code(&stated), commodity) {
        (None, _) => {
            let known: Vec<&str> = unit::units().iter().map(|unit| unit.code.as_str()).collect();
            faults.push(("unit", Fault::UnknownCode { value: stated, allowed: known.join(", ") }));
        }
        (Some(unit), Some(commodity)) if !convert::fits(unit, commodity) => {
            let other = commodity.units.join(", ");
            faults.push(("unit", Fault::WrongDimension { unit: stated, other }));
        }
        _ => {}
    }
    if let Some(days) = capacity.working_days.filter(|days| !(1..=31).contains(days)) {
        let (value, min, max) = (days.to_string(), "1".into(), "31".into());
        faults.push(("working_days", Fault::OutOfRange { value, min, max }));
    }
    let sane = |quantity: f64| quantity.is_finite() && (0.0..=1e12).contains(&quantity);
    if !sane(capacity.min) {
        let (min, max) = ("0".into(), "1000000000000".into());
        faults.push(("min", Fault::OutOfRange { value: capacity.min.to_string(), min, max }));
    }
    if !sane(capacity.max) || capacity.max < capacity.min {
        let (min, max) = (capacity.min.to_string(), "1000000000000".into());
        faults.push(("max", Fault::OutOfRange { value: capacity.max.to_string(), min, max }));
    }
    faults
}

fn point_faults(point: &Point) -> Vec<(&'static str, Fault)> {
    let mut faults = Vec::new();
    for (field, degrees, limit) in [("lon", point.lon, 180.0), ("lat", point.lat, 85.0_f64)] {
        if !degrees.is_finite() || degrees.abs() > limit {
            let (min, max) = (format!("-{limit}"), limit.to_string());
            faults.push((field, Fault::OutOfRange { value: degrees.to_string(), min, max }));
        }
    }
    if let Some(metres) = point.accuracy_m.filter(|metres| !metres.is_finite() || *metres < 0.0) {
        let (min, max) = ("0".into(), "100000".into());
        faults.push(("accuracy_m", Fault::OutOfRange { value: metres.to_string(), min, max }));
    }
    faults
}

/// Every text of a draft with its path and the longest it may be.
fn texts(draft: &Draft) -> Vec<(String, &str, usize)> {
    let mut texts = vec![("name".to_owned(), draft.name.as_str(), MAX_TEXT)];
    texts.extend(
        draft.address.iter().map(|text| ("address".to_owned(), text.as_str(), MAX_ADDRESS)),
    );
    for (place, registration) in draft.registrations.iter().enumerate() {
        let Registration { office, number, .. } = registration;
        for (field, text) in [("office", office), ("number", number)] {
            texts.extend(
                text.iter().map(|text| {
                    (format!("registrations[{place}].{field}"), text.as_str(), MAX_TEXT)
                }),
            );
        }
    }
    for (place, product) in draft.products.iter().enumerate() {
        texts.push((format!("products[{place}].name"), &product.name, MAX_TEXT));
    }
    for (place, owner) in draft.owners.iter().enumerate() {
        texts.push((format!("owners[{place}].name"), &owner.name, MAX_TEXT));
        for (field, text) in [("phone", &owner.phone), ("email", &owner.email)] {
            texts.extend(
                text.iter()
                    .map(|text| (format!("owners[{place}].{field}"), text.as_str(), MAX_TEXT)),
            );
        }
    }
    for (place, consent) in draft.consents.iter().enumerate() {
        texts.push((format!("consents[{place}].how"), &consent.how, MAX_TEXT));
    }
    let Contact { phone, email, url } = draft.contact.as_ref().unwrap_or(&NO_CONTACT);
    for (field, text) in [("phone", phone), ("email", email), ("url", url)] {
        texts.extend(text.iter().map(|text| (format!("contact.{field}"), text.as_str(), MAX_TEXT)));
    }
    texts
}

const NO_CONTACT: Contact = Contact { phone: None, email: None, url: None };

/// White space folded, positions rounded, a kopwan made a koperasi too, and the commodities of the
/// products listed with the enterprise's own.
fn tidy(draft: &mut Draft) {
    let fold = |text: &mut String| *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    fold(&mut draft.name);
    draft.address.iter_mut().for_each(fold);
    for product in &mut draft.products {
        fold(&mut product.name);
    }
    for owner in &mut draft.owners {
        fold(&mut owner.name);
    }
    if let Some(point) = &mut draft.point {
        point.lon = round7(point.lon);
        point.lat = round7(point.lat);
    }
    let has = |draft: &Draft, kind| draft.registrations.iter().any(|entry| entry.kind == kind);
    if has(draft, Kind::Kopwan) && !has(draft, Kind::Koperasi) {
        let (kind, none) = (Kind::Koperasi, None);
        draft.registrations.push(Registration {
            kind,
            office: none.clone(),
            number: none,
            since: None,
            until: None,
        });
    }
    let of_products: Vec<String> =
        draft.products.iter().filter_map(|product| product.commodity.clone()).collect();
    for code in of_products {
        if !draft.commodities.contains(&code) {
            draft.commodities.push(code);
        }
    }
    let mut seen = Vec::new();
    draft.sectors.retain(|sector| {
        let new = !seen.contains(sector);
        seen.push(*sector);
        new
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(json: serde_json::Value) -> Draft {
        serde_json::from_value(json).expect("a draft")
    }

    fn fields(json: serde_json::Value) -> Vec<(String, &'static str)> {
        check(draft(json), &Reference::default(), 2026)
            .expect_err("faults")
            .into_iter()
            .map(|found| (found.field, found.fault.code()))
            .collect()
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_path() {
        let found = fields(serde_json::json!({
            "name": "  ",
            "founded_year": 2027,
            "kbli": [{"edition": "2009", "code": "15"}, {"edition": "2020", "code": "1x"}],
            "commodities": ["tidak-ada"],
            "products": [{"name": "x", "capacity": {"min": 5.0, "max": 1.0, "unit": "genggam", "period": "day"}}],
            "point": {"lon": 500.0, "lat": -7.0},
            "region": "35.15"
        }));
        let expected = [
            ("name", "required"),
            ("founded_year", "out_of_range"),
            ("kbli[0].edition", "unknown_code"),
            ("kbli[1].code", "malformed"),
            ("commodities[0]", "unknown_code"),
            ("products[0].capacity.unit", "unknown_code"),
            ("products[0].capacity.max", "out_of_range"),
            ("sectors", "required"),
            ("point.lon", "out_of_range"),
            ("region", "region_unknown"),
        ];
        assert_eq!(found, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn a_kopwan_is_a_koperasi_and_positions_are_rounded() {
        let mut draft = draft(serde_json::json!({
            "name": " Kopwan   Melati ",
            "registrations": [{"kind": "kopwan"}],
            "sectors": ["simpan-pinjam", "simpan-pinjam"],
            "point": {"lon": 112.123_456_789, "lat": -7.000_000_04}
        }));
        tidy(&mut draft);
        assert_eq!(draft.name, "Kopwan Melati");
        assert_eq!(draft.registrations.len(), 2);
        assert_eq!(draft.sectors.len(), 1);
        let point = draft.point.expect("a point");
        assert!((point.lon - 112.123_456_8).abs() < 1e-12 && (point.lat + 7.0).abs() < 1e-12);
    }
}
