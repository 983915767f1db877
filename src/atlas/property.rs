//! A record's values in the properties that expressions ask for
//! ([`ENTERPRISES`](crate::domain::queryable::ENTERPRISES)), in plain words: what the packed columns
//! answer is held against this.

use std::borrow::Cow;

use chrono::DateTime;
use strum::VariantNames;

use super::columns::{YEAR_ZERO, day_of, packed};
use super::row::Common;
use super::traits::bits;
use crate::domain::codes::{Existence, Kind, Sector};
use crate::domain::filter::Value;
use crate::domain::queryable::GEOMETRY;
use crate::domain::region::Level;
use crate::domain::trade::{CertificateType, Platform};

/// The sectors' codes in their order.
pub fn sector_codes() -> Vec<&'static str> {
    Sector::all().iter().map(|sector| sector.code.as_str()).collect()
}

impl Common {
    /// What it has in a property.
    pub fn property(&self, name: &str) -> Value<'_> {
        let region = |level| {
            let code = self.region.at(level);
            code.map_or(Value::Null, |code| Value::Text(code.to_string().into()))
        };
        match name {
            "id" => Value::Text(self.id.to_string().into()),
            "name" => Value::Text(Cow::Borrowed(&self.name)),
            "kind" => of_bits(self.kinds.into(), Kind::VARIANTS),
            "sector" => of_bits(self.sectors, &sector_codes()),
            "main_sector" => Value::text(self.main_sector.map(Sector::code)),
            "commodity" => of_list(&self.commodities),
            "kbli" => of_list(&self.kbli),
            "region" => Value::Text(self.region.as_str().into()),
            "regency" => region(Level::Regency),
            "district" => region(Level::District),
            "village" => region(Level::Village),
            "size_class" => Value::text(Some(self.size_class.into())),
            "legal_form" => Value::text(self.legal_form.map(Into::into)),
            "women_led" => self.women_led.map_or(Value::Null, Value::Flag),
            // As far as they are packed.
            "founded_year" => {
                let packed =
                    self.founded_year.filter(|year| (1..256).contains(&(year - YEAR_ZERO)));
                packed.map_or(Value::Null, |year| Value::Whole(year.into()))
            }
            "existence" => Value::text(Some(self.existence.into())),
            "ceased_on" => {
                let ceased = self.ceased_on.filter(|_| self.existence != Existence::Active);
                ceased.map_or(Value::Null, |day| Value::Day(day_of(packed(day))))
            }
            "certificate" => of_bits(self.certificates, CertificateType::VARIANTS),
            "channel" => of_bits(self.channels, Platform::VARIANTS),
            "sample" => Value::Flag(self.sample),
            "updated_at" => DateTime::from_timestamp_micros(self.updated_at_micros)
                .map_or(Value::Null, Value::Time),
            GEOMETRY => Value::Point(self.lon, self.lat),
            _ => Value::Null,
        }
    }
}

fn of_bits(set: u16, codes: &[&'static str]) -> Value<'static> {
    let set = bits(set.into()).filter_map(|bit| codes.get(bit));
    Value::Texts(set.map(|code| Cow::Borrowed(*code)).collect())
}

/// Several texts.
pub fn of_list(list: &[String]) -> Value<'_> {
    Value::Texts(list.iter().map(|text| Cow::Borrowed(text.as_str())).collect())
}
