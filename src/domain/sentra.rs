//! Sentra: clusters of small producers of one commodity in one place.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::code_set;
use super::document::{Base, Document, Pointer, region_fault};
use super::enterprise::PublicationBasis;
use super::fault::{Expected, Fault, FieldFault};
use super::observation::Citation;
use super::reference::Reference;
use super::region::RegionCode;
use crate::geography::Area;

code_set! {
    /// On what ground a cluster is called a sentra.
    pub enum SentraGround {
        /// PP 29/2018: at least five units in one place with the same product, material or process.
        Regulation,
        /// BPS directory: at least 20 % of a village's households.
        BpsDirectory,
        /// A decree of the regent, mayor or governor.
        Decree,
        /// Called so in a report.
        Reported,
    }
}

/// The ground, with the decree (*SK*) where there is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SentraBasis {
    pub ground: SentraGround,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decree_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

code_set! {
    pub enum MilestoneStatus {
        Planned,
        Underway,
        Done,
        Dropped,
    }
}

/// A step of the sentra's roadmap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    pub title: String,
    pub status: MilestoneStatus,
    /// Year in which it was to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_year: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// What may be written of a sentra. Its members say so themselves (`sentra`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SentraDraft {
    #[schema(example = "Sentra tas dan koper Tanggulangin")]
    pub name: String,
    /// A commodity's code.
    #[schema(example = "tas")]
    pub commodity: String,
    #[schema(value_type = String, example = "35.15.06")]
    pub region: RegionCode,
    /// The villages that it covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub villages: Vec<RegionCode>,
    /// Its area, a GeoJSON Polygon or `MultiPolygon`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub area: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<SentraBasis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub founded_year: Option<i32>,
    /// Id of the cooperative of its makers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooperative: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Milestone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Why it may be public: without one it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication_basis: Option<PublicationBasis>,
}

/// A sentra.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sentra {
    #[serde(flatten)]
    pub base: Base,
    #[serde(flatten)]
    pub draft: SentraDraft,
}

impl Document for Sentra {
    const ENTITY: &'static str = "sentra";
    type Draft = SentraDraft;

    fn new(base: Base, draft: SentraDraft) -> Self {
        Self { base, draft }
    }

    fn base(&self) -> &Base {
        &self.base
    }

    fn draft(&self) -> &SentraDraft {
        &self.draft
    }

    fn faults(draft: &SentraDraft, reference: &Reference) -> Vec<FieldFault> {
        let mut faults: Vec<FieldFault> =
            region_fault("region", &draft.region, reference).into_iter().collect();
        if reference.commodity(&draft.commodity).is_none() {
            let (value, allowed) = (draft.commodity.clone(), String::new());
            faults.push(FieldFault::new("commodity", Fault::UnknownCode { value, allowed }));
        }
        for (place, village) in draft.villages.iter().enumerate() {
            faults.extend(region_fault(&format!("villages[{place}]"), village, reference));
        }
        if let Some(area) = &draft.area {
            let parsed: Result<geojson::GeoJson, _> = serde_json::from_value(area.clone());
            if !parsed.is_ok_and(|geojson| Area::from_geojson(&geojson).is_ok()) {
                let (value, expected) = ("area".to_owned(), Expected::Polygon);
                faults.push(FieldFault::new("area", Fault::Malformed { value, expected }));
            }
        }
        let decreed = |basis: &SentraBasis| {
            basis.ground == SentraGround::Decree && basis.decree_number.is_none()
        };
        if draft.basis.as_ref().is_some_and(decreed) {
            faults.push(FieldFault::new("basis.decree_number", Fault::Required));
        }
        faults
    }

    fn region(draft: &SentraDraft) -> Option<&RegionCode> {
        Some(&draft.region)
    }

    fn name(draft: &SentraDraft) -> &str {
        &draft.name
    }

    fn subject(draft: &SentraDraft) -> Option<String> {
        Some(draft.commodity.clone())
    }

    fn pointers(draft: &SentraDraft) -> Vec<Pointer> {
        let pointer = |id| Pointer { field: "cooperative", entity: "cooperative", id };
        draft.cooperative.map(pointer).into_iter().collect()
    }

    fn publication_basis(draft: &SentraDraft) -> Option<&PublicationBasis> {
        draft.publication_basis.as_ref()
    }

    fn public_draft(draft: &SentraDraft) -> SentraDraft {
        SentraDraft { publication_basis: None, ..draft.clone() }
    }
}
