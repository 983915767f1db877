//! Cooperatives (*koperasi*), women's cooperatives (*kopwan*) among them.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::code_set;
use super::document::{Base, Document, Pointer, region_fault};
use super::enterprise::{Contact, PublicationBasis};
use super::fault::{Expected, Fault, FieldFault};
use super::reference::Reference;
use super::region::RegionCode;

/// A cooperative that held no annual meeting for so many years after the last one counts as
/// dormant (?): UU 25/1992 art. 26 asks for one a year; the offices allow two to pass.
const YEARS_WITHOUT_MEETING: i32 = 2;

code_set! {
    pub enum CooperativeKind {
        Koperasi,
        /// Women's cooperative.
        Kopwan,
    }
}

/// What may be written of a cooperative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CooperativeDraft {
    #[schema(example = "Koperasi Intako")]
    pub name: String,
    pub kind: CooperativeKind,
    /// *Badan hukum*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "514/BH/XVI.13/III/2010")]
    pub legal_entity_number: Option<String>,
    /// *Nomor Induk Koperasi*: not the citizen's NIK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coop_registration_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub founded_year: Option<i32>,
    #[schema(value_type = String, example = "35.15.06")]
    pub region: RegionCode,
    /// Id of the cooperative that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Uuid>,
    /// Members as a headcount; members that are enterprises say so themselves (`cooperative`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headcount: Option<Headcount>,
    /// *Rapat Anggota Tahunan*, each with the date on which it was held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annual_meetings: Vec<NaiveDate>,
    /// Commodity codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commodities: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Business contact for the public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Why it may be public: without one it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication_basis: Option<PublicationBasis>,
}

/// How many members on a date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Headcount {
    pub members: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub women: Option<u32>,
    pub on: NaiveDate,
}

/// A cooperative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Cooperative {
    #[serde(flatten)]
    pub base: Base,
    #[serde(flatten)]
    pub draft: CooperativeDraft,
    /// Dormant after this day unless another annual meeting is held; unknown where no meeting is
    /// known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_until: Option<NaiveDate>,
}

impl Document for Cooperative {
    const ENTITY: &'static str = "cooperative";
    type Draft = CooperativeDraft;

    fn new(base: Base, draft: CooperativeDraft) -> Self {
        let last = draft.annual_meetings.iter().max();
        let active_until =
            last.and_then(|on| NaiveDate::from_ymd_opt(on.year() + YEARS_WITHOUT_MEETING, 12, 31));
        Self { base, draft, active_until }
    }

    fn base(&self) -> &Base {
        &self.base
    }

    fn draft(&self) -> &CooperativeDraft {
        &self.draft
    }

    fn faults(draft: &CooperativeDraft, reference: &Reference) -> Vec<FieldFault> {
        let mut faults: Vec<FieldFault> =
            region_fault("region", &draft.region, reference).into_iter().collect();
        for (place, code) in draft.commodities.iter().enumerate() {
            if reference.commodity(code).is_none() {
                let fault = Fault::UnknownCode { value: code.clone(), allowed: String::new() };
                faults.push(FieldFault::new(format!("commodities[{place}]"), fault));
            }
        }
        if let Some(count) = &draft.headcount
            && let Some(women) = count.women.filter(|women| *women > count.members)
        {
            let (value, max) = (women.to_string(), count.members.to_string());
            let fault = Fault::OutOfRange { value, min: "0".into(), max };
            faults.push(FieldFault::new("headcount.women", fault));
        }
        let number = draft.coop_registration_number.as_ref();
        if let Some(number) = number.filter(|text| !text.bytes().all(|b| b.is_ascii_digit())) {
            let (value, expected) = (number.clone(), Expected::WholeNumber);
            let fault = Fault::Malformed { value, expected };
            faults.push(FieldFault::new("coop_registration_number", fault));
        }
        faults
    }

    fn region(draft: &CooperativeDraft) -> Option<&RegionCode> {
        Some(&draft.region)
    }

    fn name(draft: &CooperativeDraft) -> &str {
        &draft.name
    }

    fn subject(draft: &CooperativeDraft) -> Option<String> {
        draft.parent.map(|parent| parent.to_string())
    }

    fn pointers(draft: &CooperativeDraft) -> Vec<Pointer> {
        let parent = draft.parent.map(|id| Pointer { field: "parent", entity: Self::ENTITY, id });
        parent.into_iter().collect()
    }

    fn publication_basis(draft: &CooperativeDraft) -> Option<&PublicationBasis> {
        draft.publication_basis.as_ref()
    }

    fn public_draft(draft: &CooperativeDraft) -> CooperativeDraft {
        CooperativeDraft { publication_basis: None, ..draft.clone() }
    }
}
