//! What a submission says of itself before anything is written: whom it is about, what came of it and
//! where; and faults as they are kept with a visit.

use serde::Serialize;

use crate::domain::campaign::{Finding, VisitKind};
use crate::domain::enterprise::{Draft, Point};
use crate::domain::fault::{Fault, FieldFault, Lang};
use crate::domain::questionnaire::{self, Answer, FIELDS, Interview};
use crate::domain::restricted::Restricted;
use crate::exchange::openrosa::Submission;
use crate::registry::RegistryError;

/// Longest name of a photo.
const MAX_NAME: usize = 200;

/// What a submission says of whom it is about.
pub(super) struct Sent {
    pub(super) kind: VisitKind,
    pub(super) finding: Finding,
    /// As the phone knows the enterprise.
    pub(super) entity: Option<String>,
}

/// Why a visit is not in the record, as it is kept and told.
#[derive(Serialize)]
struct Told {
    field: String,
    code: &'static str,
    text: String,
    text_en: String,
}

impl Sent {
    pub(super) fn of(submission: &Submission) -> Result<Self, RegistryError> {
        let stated = |name: &str| {
            submission.visit.get(name).map(String::as_str).filter(|text| !text.is_empty())
        };
        let unknown = |field: &str, value: Option<&str>| {
            let value = value.unwrap_or_default().to_owned();
            let fault = Fault::UnknownCode { value, allowed: "new, revisit, none".into() };
            RegistryError::BadParameters(vec![FieldFault::new(field, fault)])
        };
        let kind = stated("kind");
        let kind: VisitKind =
            kind.and_then(|kind| kind.parse().ok()).ok_or_else(|| unknown("kind", kind))?;
        let entity = match kind {
            VisitKind::None => None,
            VisitKind::New => {
                let of_entity = submission.entity.as_ref().map(|entity| entity.id.clone());
                of_entity.or_else(|| stated("new_id").map(str::to_owned))
            }
            VisitKind::Revisit => {
                let chosen = stated("enterprise").ok_or_else(|| unknown("enterprise", None))?;
                Some(chosen.to_owned())
            }
        };
        Ok(Self { kind, finding: finding(kind, stated("outcome"))?, entity })
    }

    /// Where it was filled in.
    pub(super) fn point(submission: &Submission) -> Option<Point> {
        let mut draft = Draft::default();
        let only = ["point"].into_iter().filter_map(|name| {
            Some((name.to_owned(), submission.answers.values.get(name)?.clone()))
        });
        let answers =
            questionnaire::Answers { values: only.collect(), ..questionnaire::Answers::default() };
        let interview = Interview { on: chrono::NaiveDate::default(), how: "" };
        questionnaire::write(&answers, &interview, &mut draft, &mut Restricted::default());
        draft.point
    }
}

/// Faults as they are kept.
pub(super) fn told(faults: &[FieldFault]) -> Result<String, RegistryError> {
    told_with("[]", faults)
}

/// Faults beside those that are kept.
pub(super) fn told_with(kept: &str, faults: &[FieldFault]) -> Result<String, RegistryError> {
    let mut all: Vec<serde_json::Value> = serde_json::from_str(kept)?;
    for FieldFault { field, fault } in faults {
        all.push(serde_json::to_value(Told {
            field: field.clone(),
            code: fault.code(),
            text: fault.text(Lang::Id),
            text_en: fault.text(Lang::En),
        })?);
    }
    Ok(serde_json::to_string(&all)?)
}

/// The names of photos that a submission speaks of.
pub(super) fn photo_names(submission: &Submission) -> Vec<String> {
    let photos = FIELDS.iter().filter(|field| field.answer == Answer::Photo);
    photos
        .filter_map(|field| submission.answers.values.get(field.code))
        .filter(|name| !name.is_empty() && name.len() <= MAX_NAME)
        .cloned()
        .collect()
}

/// What came of a visit where nobody says.
fn finding(kind: VisitKind, stated: Option<&str>) -> Result<Finding, RegistryError> {
    match kind {
        VisitKind::None => Ok(Finding::NoEnterprises),
        VisitKind::New => Ok(Finding::Found),
        VisitKind::Revisit => stated.and_then(|text| text.parse().ok()).ok_or_else(|| {
            let value = stated.unwrap_or_default().to_owned();
            let fault = Fault::UnknownCode { value, allowed: "found, not_found, …".into() };
            RegistryError::BadParameters(vec![FieldFault::new("outcome", fault)])
        }),
    }
}
