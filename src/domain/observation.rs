//! Observations: figures about an enterprise, a cooperative, a sentra or a region, each with its
//! unit, definition, source and date. Conflicting ones stand side by side; none is averaged away.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::code_set;
use super::document::{Base, Document, Pointer, region_fault};
use super::enterprise::PublicationBasis;
use super::fault::{Expected, Fault, FieldFault};
use super::quantity::unit;
use super::reference::Reference;
use super::region::RegionCode;

/// Units of figures beside the units of measure.
const FIGURE_UNITS: [&str; 6] = ["orang", "usaha", "rupiah", "usd", "persen", "kali"];

code_set! {
    /// What a figure is of.
    pub enum Measure {
        /// Members of a cooperative or sentra.
        Members,
        /// Makers (*perajin*).
        Artisans,
        /// Registered enterprises.
        Enterprises,
        /// Of those the large ones.
        LargeEnterprises,
        Workers,
        Assets,
        Sales,
        /// Change of buyers, in per cent.
        BuyersChange,
        OrderPlaced,
        OrderFilled,
        Participants,
        Production,
        ExportValue,
        Households,
        Other,
    }
}

/// What a figure is about: `enterprise:ID`, `cooperative:ID`, `sentra:ID` or `region:CODE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Enterprise(Uuid),
    Cooperative(Uuid),
    Sentra(Uuid),
    Region(RegionCode),
}

impl FromStr for Subject {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (entity, id) = text.split_once(':').ok_or(())?;
        let uuid = || id.parse().map_err(|_| ());
        Ok(match entity {
            "enterprise" => Self::Enterprise(uuid()?),
            "cooperative" => Self::Cooperative(uuid()?),
            "sentra" => Self::Sentra(uuid()?),
            "region" => Self::Region(id.parse()?),
            _ => return Err(()),
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enterprise(id) => write!(f, "enterprise:{id}"),
            Self::Cooperative(id) => write!(f, "cooperative:{id}"),
            Self::Sentra(id) => write!(f, "sentra:{id}"),
            Self::Region(code) => write!(f, "region:{code}"),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|()| {
            serde::de::Error::custom("not a subject such as cooperative:ID or region:35.15")
        })
    }
}

/// A report that a figure or fact was read in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    pub title: String,
    /// The newspaper or office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was published: a year, a month or a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2020-03")]
    pub published: Option<String>,
}

/// What may be written of an observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservationDraft {
    #[schema(value_type = String, example = "region:35.76")]
    pub subject: Subject,
    pub measure: Measure,
    /// The commodity that it is confined to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    /// The figure, or the lower end of a range.
    pub value: f64,
    /// The upper end of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The source says "about".
    #[serde(default)]
    pub approximate: bool,
    /// A unit's code, or one of `orang usaha rupiah usd persen kali`.
    #[schema(example = "usaha")]
    pub unit: String,
    /// What exactly was counted, as the source has it.
    pub definition: String,
    pub source: Citation,
    /// What time it holds for: a year, a month or a day.
    #[schema(example = "2020-03")]
    pub on: String,
    /// Why it may be public: without one it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication_basis: Option<PublicationBasis>,
}

/// An observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Observation {
    #[serde(flatten)]
    pub base: Base,
    #[serde(flatten)]
    pub draft: ObservationDraft,
}

/// Whether a text is a year, a month or a day of the calendar.
pub fn is_period(text: &str) -> bool {
    let day = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    day.len() == 10 && day.parse::<NaiveDate>().is_ok()
}

impl Document for Observation {
    const ENTITY: &'static str = "observation";
    type Draft = ObservationDraft;

    fn new(base: Base, draft: ObservationDraft) -> Self {
        Self { base, draft }
    }

    fn base(&self) -> &Base {
        &self.base
    }

    fn draft(&self) -> &ObservationDraft {
        &self.draft
    }

    fn faults(draft: &ObservationDraft, reference: &Reference) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, fault| faults.push(FieldFault::new(field, fault));
        let unknown =
            |value: &str, allowed: String| Fault::UnknownCode { value: value.to_owned(), allowed };
        if let Some(code) = draft.commodity.as_deref()
            && reference.commodity(code).is_none()
        {
            fault("commodity", unknown(code, String::new()));
        }
        let is_unit =
            FIGURE_UNITS.contains(&draft.unit.as_str()) || unit::by_code(&draft.unit).is_some();
        if !is_unit {
            let measures = unit::units().iter().map(|unit| unit.code.as_str());
            let allowed = FIGURE_UNITS.into_iter().chain(measures).collect::<Vec<_>>().join(", ");
            fault("unit", unknown(&draft.unit, allowed));
        }
        if let Some(max) = draft.max.filter(|max| *max < draft.value) {
            let (value, min) = (max.to_string(), draft.value.to_string());
            fault("max", Fault::OutOfRange { value, min, max: "∞".into() });
        }
        let dates =
            [("on", Some(&draft.on)), ("source.published", draft.source.published.as_ref())];
        for (field, text) in dates {
            if let Some(text) = text.filter(|text| !is_period(text)) {
                let (value, expected) = (text.clone(), Expected::Date);
                fault(field, Fault::Malformed { value, expected });
            }
        }
        if let Subject::Region(code) = &draft.subject {
            faults.extend(region_fault("subject", code, reference));
        }
        faults
    }

    fn region(draft: &ObservationDraft) -> Option<&RegionCode> {
        match &draft.subject {
            Subject::Region(code) => Some(code),
            _ => None,
        }
    }

    fn name(draft: &ObservationDraft) -> &str {
        draft.measure.into()
    }

    fn subject(draft: &ObservationDraft) -> Option<String> {
        Some(draft.subject.to_string())
    }

    fn pointers(draft: &ObservationDraft) -> Vec<Pointer> {
        let (entity, id) = match &draft.subject {
            Subject::Enterprise(id) => ("enterprise", *id),
            Subject::Cooperative(id) => ("cooperative", *id),
            Subject::Sentra(id) => ("sentra", *id),
            Subject::Region(_) => return Vec::new(),
        };
        vec![Pointer { field: "subject", entity, id }]
    }

    fn publication_basis(draft: &ObservationDraft) -> Option<&PublicationBasis> {
        draft.publication_basis.as_ref()
    }

    fn public_draft(draft: &ObservationDraft) -> ObservationDraft {
        ObservationDraft { publication_basis: None, ..draft.clone() }
    }
}
