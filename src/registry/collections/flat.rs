//! Stored documents as flat properties: read no further than is written, most of it copied as it
//! stands. The order is that of [`super::properties`].

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::gazetteer::Region;
use crate::domain::region::{Level, RegionCode};

type Raw<'a> = Option<&'a RawValue>;

/// Writes one flat object.
struct Out(String);

impl Out {
    fn new(room: usize) -> Self {
        let mut text = String::with_capacity(room);
        text.push('{');
        Self(text)
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    /// A value as it is stored.
    fn raw(&mut self, name: &str, value: Raw) {
        self.name(name);
        self.0.push_str(value.map_or("null", RawValue::get));
    }

    fn value<T: serde::Serialize>(&mut self, name: &str, value: T) -> serde_json::Result<()> {
        self.name(name);
        self.0.push_str(&serde_json::to_string(&value)?);
        Ok(())
    }

    /// Several texts as one; null where there are none.
    fn list<'a>(
        &mut self,
        name: &str,
        values: impl Iterator<Item = &'a str>,
        between: &str,
    ) -> serde_json::Result<()> {
        let mut all = String::new();
        for value in values {
            if !all.is_empty() {
                all.push_str(between);
            }
            all.push_str(value);
        }
        self.value(name, (!all.is_empty()).then_some(all))
    }

    fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Texts that stand in lists of documents.
#[derive(Deserialize)]
struct Kinded<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Coded<'a> {
    #[serde(borrow)]
    code: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct OnPlatform<'a> {
    #[serde(borrow)]
    platform: Cow<'a, str>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Reached<'a> {
    #[serde(borrow)]
    phone: Raw<'a>,
    #[serde(borrow)]
    email: Raw<'a>,
    #[serde(borrow)]
    url: Raw<'a>,
}

#[derive(Deserialize)]
struct Precise<'a> {
    #[serde(borrow)]
    precision: Raw<'a>,
}

/// A record of either tier, as far as it is written.
#[derive(Deserialize)]
struct Record<'a> {
    revision: i32,
    #[serde(borrow)]
    created_at: Raw<'a>,
    #[serde(borrow)]
    updated_at: Raw<'a>,
    #[serde(borrow)]
    sample: Raw<'a>,
    #[serde(borrow)]
    name: Raw<'a>,
    #[serde(borrow, default)]
    registrations: Vec<Kinded<'a>>,
    #[serde(borrow, default)]
    legal_form: Raw<'a>,
    #[serde(borrow, default)]
    founded_year: Raw<'a>,
    #[serde(borrow, default)]
    kbli: Vec<Coded<'a>>,
    #[serde(borrow, default)]
    sectors: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    commodities: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    products: Vec<Named<'a>>,
    region: RegionCode,
    #[serde(borrow)]
    region_name: Raw<'a>,
    #[serde(borrow)]
    public_place: Precise<'a>,
    #[serde(borrow, default)]
    women_led: Raw<'a>,
    #[serde(borrow)]
    size_class: Raw<'a>,
    #[serde(borrow)]
    ikm_class: Raw<'a>,
    #[serde(borrow)]
    bps_class: Raw<'a>,
    #[serde(borrow)]
    size_rule: Raw<'a>,
    #[serde(borrow, default)]
    certificates: Vec<Typed<'a>>,
    #[serde(borrow, default)]
    channels: Vec<OnPlatform<'a>>,
    #[serde(borrow, default)]
    cooperative: Raw<'a>,
    #[serde(borrow, default)]
    sentra: Raw<'a>,
    #[serde(borrow, default)]
    contact: Reached<'a>,
    #[serde(borrow)]
    existence: Raw<'a>,
    #[serde(borrow, default)]
    ceased_on: Raw<'a>,
    // The internal tier.
    #[serde(borrow, default)]
    point: Raw<'a>,
    #[serde(borrow, default)]
    review: Raw<'a>,
    #[serde(borrow, default)]
    publication: Raw<'a>,
    #[serde(borrow, default)]
    nib: Raw<'a>,
    #[serde(borrow, default)]
    address: Raw<'a>,
    #[serde(default)]
    workers: Option<crate::domain::enterprise::Workers>,
}

/// Which properties are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Those of the public tier.
    Public,
    /// All; null where the record is shown at its public tier.
    All { internal: bool },
}

/// The properties of an enterprise.
///
/// # Errors
/// A stored document that is none.
pub fn enterprise(document: &str, width: Width) -> serde_json::Result<String> {
    let record: Record = serde_json::from_str(document)?;
    let internal = width == Width::All { internal: true };
    let mut out = Out::new(document.len() + 300);
    out.value("tier", if internal { "internal" } else { "public" })?;
    out.raw("name", record.name);
    out.list("kind", record.registrations.iter().map(|entry| &*entry.kind), ",")?;
    out.raw("legal_form", record.legal_form);
    out.raw("founded_year", record.founded_year);
    out.list("sector", record.sectors.iter().map(|code| &**code), ",")?;
    out.value("main_sector", record.sectors.first())?;
    out.list("kbli", record.kbli.iter().map(|kbli| &*kbli.code), ",")?;
    out.list("commodity", record.commodities.iter().map(|code| &**code), ",")?;
    out.list("product", record.products.iter().map(|product| &*product.name), "; ")?;
    out.value("region", &record.region)?;
    out.raw("region_name", record.region_name);
    for (name, level) in
        [("regency", Level::Regency), ("district", Level::District), ("village", Level::Village)]
    {
        out.value(name, record.region.at(level))?;
    }
    if internal && record.point.is_some() {
        out.value("precision", "exact")?;
    } else {
        out.raw("precision", record.public_place.precision);
    }
    out.raw("women_led", record.women_led);
    out.raw("size_class", record.size_class);
    out.raw("ikm_class", record.ikm_class);
    out.raw("bps_class", record.bps_class);
    out.raw("size_rule", record.size_rule);
    out.list("certificate", record.certificates.iter().map(|entry| &*entry.kind), ",")?;
    out.list("channel", record.channels.iter().map(|entry| &*entry.platform), ",")?;
    out.raw("cooperative", record.cooperative);
    out.raw("sentra", record.sentra);
    out.raw("phone", record.contact.phone);
    out.raw("email", record.contact.email);
    out.raw("url", record.contact.url);
    out.raw("existence", record.existence);
    out.raw("ceased_on", record.ceased_on);
    out.raw("sample", record.sample);
    out.value("revision", record.revision)?;
    out.raw("created_at", record.created_at);
    out.raw("updated_at", record.updated_at);
    if let Width::All { internal } = width {
        let own = |value| if internal { value } else { None };
        out.raw("review", own(record.review));
        out.raw("publication", own(record.publication));
        out.raw("nib", own(record.nib));
        out.raw("address", own(record.address));
        let workers = record.workers.filter(|_| internal);
        out.value("workers", workers.and_then(|workers| workers.count()))?;
    }
    Ok(out.finish())
}

/// When a record was last changed, in microseconds.
///
/// # Errors
/// A stored document that is none.
pub fn updated_at_micros(document: &str) -> serde_json::Result<i64> {
    #[derive(Deserialize)]
    struct Changed {
        updated_at: DateTime<Utc>,
    }
    let changed: Changed = serde_json::from_str(document)?;
    Ok(changed.updated_at.timestamp_micros())
}

/// What the documents of sentra and cooperatives have in common.
#[derive(Deserialize)]
struct Common<'a> {
    revision: i32,
    #[serde(borrow)]
    created_at: Raw<'a>,
    #[serde(borrow)]
    updated_at: Raw<'a>,
    #[serde(borrow)]
    sample: Raw<'a>,
    #[serde(borrow)]
    existence: Raw<'a>,
    #[serde(borrow)]
    name: Raw<'a>,
    #[serde(borrow)]
    region: Raw<'a>,
    #[serde(borrow)]
    region_name: Raw<'a>,
    #[serde(borrow)]
    responsible_region: Raw<'a>,
    #[serde(borrow, default)]
    founded_year: Raw<'a>,
    #[serde(borrow, default)]
    about: Raw<'a>,
}

impl Common<'_> {
    fn begin(&self, internal: bool, out: &mut Out) -> serde_json::Result<()> {
        out.value("tier", if internal { "internal" } else { "public" })?;
        out.raw("name", self.name);
        Ok(())
    }

    fn place(&self, precision: Option<&str>, out: &mut Out) -> serde_json::Result<()> {
        out.raw("region", self.region);
        out.raw("region_name", self.region_name);
        out.raw("responsible_region", self.responsible_region);
        out.value("precision", precision)
    }

    fn end(&self, out: &mut Out) -> serde_json::Result<()> {
        out.raw("existence", self.existence);
        out.raw("sample", self.sample);
        out.value("revision", self.revision)?;
        out.raw("created_at", self.created_at);
        out.raw("updated_at", self.updated_at);
        Ok(())
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Basis<'a> {
    #[serde(borrow)]
    ground: Raw<'a>,
    #[serde(borrow)]
    decree_number: Raw<'a>,
}

/// The properties of a sentra; `precision` says what its geometry stands for.
///
/// # Errors
/// A stored document that is none.
pub fn sentra(
    document: &str,
    internal: bool,
    precision: Option<&str>,
) -> serde_json::Result<String> {
    #[derive(Deserialize)]
    struct Own<'a> {
        #[serde(borrow)]
        commodity: Raw<'a>,
        #[serde(borrow, default)]
        villages: Vec<Cow<'a, str>>,
        #[serde(borrow, default)]
        basis: Option<Basis<'a>>,
        #[serde(borrow, default)]
        cooperative: Raw<'a>,
    }
    let (common, own): (Common, Own) =
        (serde_json::from_str(document)?, serde_json::from_str(document)?);
    let basis = own.basis.unwrap_or_default();
    let mut out = Out::new(document.len() + 300);
    common.begin(internal, &mut out)?;
    out.raw("commodity", own.commodity);
    common.place(precision, &mut out)?;
    out.list("villages", own.villages.iter().map(|code| &**code), ",")?;
    out.raw("ground", basis.ground);
    out.raw("decree_number", basis.decree_number);
    out.raw("founded_year", common.founded_year);
    out.raw("cooperative", own.cooperative);
    out.raw("about", common.about);
    common.end(&mut out)?;
    Ok(out.finish())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Heads<'a> {
    #[serde(borrow)]
    members: Raw<'a>,
    #[serde(borrow)]
    women: Raw<'a>,
}

/// The properties of a cooperative; `precision` says what its point stands for.
///
/// # Errors
/// A stored document that is none.
pub fn cooperative(
    document: &str,
    internal: bool,
    precision: Option<&str>,
) -> serde_json::Result<String> {
    #[derive(Deserialize)]
    struct Own<'a> {
        #[serde(borrow)]
        kind: Raw<'a>,
        #[serde(borrow, default)]
        legal_entity_number: Raw<'a>,
        #[serde(borrow, default)]
        coop_registration_number: Raw<'a>,
        #[serde(borrow, default)]
        parent: Raw<'a>,
        #[serde(borrow, default)]
        headcount: Option<Heads<'a>>,
        #[serde(borrow, default)]
        commodities: Vec<Cow<'a, str>>,
        #[serde(borrow, default)]
        active_until: Raw<'a>,
        #[serde(borrow, default)]
        contact: Option<Reached<'a>>,
    }
    let (common, own): (Common, Own) =
        (serde_json::from_str(document)?, serde_json::from_str(document)?);
    let (heads, contact) = (own.headcount.unwrap_or_default(), own.contact.unwrap_or_default());
    let mut out = Out::new(document.len() + 300);
    common.begin(internal, &mut out)?;
    out.raw("kind", own.kind);
    out.raw("legal_entity_number", own.legal_entity_number);
    out.raw("coop_registration_number", own.coop_registration_number);
    out.raw("founded_year", common.founded_year);
    common.place(precision, &mut out)?;
    out.raw("parent", own.parent);
    out.raw("members", heads.members);
    out.raw("women", heads.women);
    out.list("commodity", own.commodities.iter().map(|code| &**code), ",")?;
    out.raw("active_until", own.active_until);
    out.raw("about", common.about);
    out.raw("phone", contact.phone);
    out.raw("email", contact.email);
    out.raw("url", contact.url);
    common.end(&mut out)?;
    Ok(out.finish())
}

/// The properties of a region; of its boundary, where it has one, whether it is approximate and
/// where it is from.
///
/// # Errors
/// None that can happen: all of it can be written.
pub fn region(region: &Region, boundary: Option<(bool, &str)>) -> serde_json::Result<String> {
    let level: &str = region.level.into();
    let mut out = Out::new(400);
    out.value("code", &region.code)?;
    out.value("name", &region.name)?;
    out.value("level", level)?;
    out.value("parent", &region.parent)?;
    out.value("bps_code", &region.bps_code)?;
    out.value("postal_code", &region.postal_code)?;
    out.value("lon", region.lon)?;
    out.value("lat", region.lat)?;
    out.value("approximate", boundary.map(|(approximate, _)| approximate))?;
    out.value("source", boundary.map(|(_, source)| source))?;
    out.value("edition", &region.edition)?;
    out.value("valid_from", region.valid_from)?;
    out.value("valid_to", region.valid_to)?;
    Ok(out.finish())
}
