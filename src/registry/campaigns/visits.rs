//! Visits as they are listed, looked at and, where somebody has to choose, decided.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{area_of, campaign_of, photos, sees};
use crate::db::campaigns::visits::{VisitChange, VisitQuery, VisitRow};
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::campaign::{VisitKind, VisitState};
use crate::domain::codes::code_set;
use crate::domain::difference::{Difference, differences};
use crate::domain::enterprise::Enterprise;
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::questionnaire::{Answers, FIELDS, known};
use crate::domain::region::RegionCode;
use crate::exchange::openrosa::{EntityChange, Submission};
use crate::registry::{Registry, RegistryError};

/// Its name in the log.
pub(super) const VISIT: &str = "visit";

code_set! {
    /// Whose word stands where a visit was held.
    pub enum Taken {
        /// What was sent: all of it, or the fields that are named.
        Submitted,
        /// What the record has: the visit is left aside.
        Current,
    }
}

/// What a list of visits is asked for.
#[derive(Debug, Clone, Default)]
pub struct VisitListQuery {
    pub campaign: Option<Uuid>,
    pub village: Option<RegionCode>,
    pub enumerator: Option<String>,
    pub enterprise: Option<Uuid>,
    pub states: Vec<VisitState>,
    pub below: Option<i64>,
    pub limit: usize,
}

/// A page of visits.
pub struct VisitList {
    pub items: Vec<VisitRow>,
    pub next: Option<i64>,
    pub matched: i64,
}

/// A visit in full.
pub struct SeenVisit {
    pub row: VisitRow,
    /// Names of the photos that came.
    pub photos: Vec<String>,
    /// Where somebody has to choose: what was sent beside what the record has, by the codes of
    /// questions.
    pub differences: Vec<Difference>,
}

/// What was filled in on a page.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilledIn {
    /// Made by the page, once for each: the same again is the same visit.
    pub instance_id: Uuid,
    pub campaign: Uuid,
    #[schema(value_type = String, example = "35.15.06.2001")]
    pub village: RegionCode,
    pub kind: VisitKind,
    /// Of a revisit.
    #[serde(default)]
    pub enterprise: Option<Uuid>,
    /// The revision that the page was filled in from.
    #[serde(default)]
    pub revision: Option<i32>,
    /// Of a revisit: what came of it.
    #[serde(default)]
    pub outcome: Option<crate::domain::campaign::Finding>,
    #[serde(default)]
    pub start: Option<DateTime<Utc>>,
    /// By the codes of fields and the names of own questions; several choices with blanks between.
    #[serde(default)]
    pub answers: HashMap<String, String>,
    #[serde(default)]
    pub products: Vec<HashMap<String, String>>,
    /// The products that are known are still right.
    #[serde(default)]
    pub keeps_products: bool,
    #[serde(default)]
    pub note: Option<String>,
}

impl FilledIn {
    fn submission(self) -> Submission {
        let code = |text: &'static str| text.to_owned();
        let mut visit = HashMap::new();
        visit.insert("village".into(), self.village.to_string());
        visit.insert("kind".into(), code(self.kind.into()));
        visit.insert("note".into(), self.note.unwrap_or_default());
        if let Some(outcome) = self.outcome {
            visit.insert("outcome".into(), code(outcome.into()));
        }
        if let Some(enterprise) = self.enterprise {
            visit.insert("enterprise".into(), enterprise.to_string());
        }
        let id = match self.kind {
            VisitKind::New => Some(self.instance_id),
            VisitKind::Revisit => self.enterprise,
            VisitKind::None => None,
        };
        let entity = id.map(|id| EntityChange {
            id: id.to_string(),
            create: self.kind == VisitKind::New,
            update: self.kind == VisitKind::Revisit,
            base: self.revision,
            ..EntityChange::default()
        });
        Submission {
            form_id: super::forms::form_of(self.campaign),
            instance_id: format!("uuid:{}", self.instance_id),
            start: self.start,
            visit,
            answers: Answers {
                values: self.answers,
                products: self.products,
                keeps_products: self.keeps_products,
            },
            entity,
            ..Submission::default()
        }
    }
}

/// A submission as it was kept: a phone's XML, or a page's JSON.
pub(super) fn read_kept(bytes: &[u8]) -> Result<Submission, RegistryError> {
    if bytes.first() == Some(&b'{') {
        let filled: FilledIn = serde_json::from_slice(bytes)?;
        return Ok(filled.submission());
    }
    Submission::read(bytes).map_err(|_| RegistryError::Internal("what was kept can be read"))
}

impl Registry {
    /// Takes in a visit from a page.
    ///
    /// # Errors
    /// As [`Registry::receive`].
    pub fn create_visit(&self, actor: &Actor, body: Vec<u8>) -> Result<VisitRow, RegistryError> {
        let value: Value = serde_json::from_slice(&body).map_err(|_| {
            let (value, expected) = ("…".into(), Expected::Json);
            RegistryError::BadParameters(vec![FieldFault::new(
                "body",
                Fault::Malformed { value, expected },
            )])
        })?;
        let filled: FilledIn =
            crate::domain::validate::from_json(value).map_err(RegistryError::Invalid)?;
        let submission = filled.submission();
        let instance = submission.instance_id.clone();
        self.receive_from_page(actor, submission, body)?;
        let row =
            self.db.read(|connection| db::campaigns::visits::by_instance(connection, &instance))?;
        row.ok_or(RegistryError::Internal("a visit that was just kept is there"))
    }

    /// Visits, the newest first: of an enumerator, their own.
    ///
    /// # Errors
    /// Not allowed.
    pub fn visits(
        &self,
        actor: &Actor,
        query: &VisitListQuery,
    ) -> Result<VisitList, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|connection| {
            let mut campaigns = Vec::new();
            for row in db::campaigns::all(connection)? {
                let campaign = campaign_of(&row)?;
                let wanted = query.campaign.is_none_or(|id| id == campaign.id);
                if wanted && sees(connection, actor, &campaign)? {
                    campaigns.push(row.id);
                }
            }
            let own = match actor.visibility() {
                Visibility::Own { author, .. } => Some(author),
                _ => None,
            };
            if own.is_some() && query.enumerator.is_some() && query.enumerator != own {
                return Ok(VisitList { items: Vec::new(), next: None, matched: 0 });
            }
            let mut asked = VisitQuery {
                campaigns: Some(campaigns),
                village: query.village.as_ref().map(ToString::to_string),
                enumerator: own.or_else(|| query.enumerator.clone()),
                enterprise: query.enterprise.map(|id| id.to_string()),
                states: query.states.iter().map(|one| <&str>::from(*one).to_owned()).collect(),
                area: area_of(actor).map(|area| area.to_string()),
                below: None,
                limit: i64::try_from(query.limit + 1).unwrap_or(i64::MAX),
            };
            let matched = db::campaigns::visits::count(connection, &asked)?;
            asked.below = query.below;
            let mut items = db::campaigns::visits::list(connection, &asked)?;
            let more = items.len() > query.limit;
            items.truncate(query.limit);
            let next = items.last().filter(|_| more).map(|row| row.key);
            Ok(VisitList { items, next, matched })
        })
    }

    /// One visit.
    ///
    /// # Errors
    /// Not allowed; not found, also where it is not theirs.
    pub fn visit(&self, actor: &Actor, id: Uuid) -> Result<SeenVisit, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|tx| {
            let row = Self::seen_visit(tx, actor, id)?;
            let photos = db::campaigns::visits::photos(tx, &row.id)?;
            let photos =
                photos.into_iter().filter(|row| row.stored.is_some()).map(|row| row.name).collect();
            let held = [VisitState::Conflict, VisitState::Faulty];
            let held = held.into_iter().any(|state| row.state == <&str>::from(state));
            let differences = if held { self.held_differences(tx, &row)? } else { Vec::new() };
            Ok(SeenVisit { row, photos, differences })
        })
    }

    /// A photo of a visit: JPEG.
    ///
    /// # Errors
    /// As [`Self::visit`]; gone.
    pub fn visit_photo(
        &self,
        actor: &Actor,
        id: Uuid,
        name: &str,
    ) -> Result<Vec<u8>, RegistryError> {
        actor.require(Right::ReadInternal)?;
        let (stored, key) = self.db.read(|tx| {
            let row = Self::seen_visit(tx, actor, id)?;
            let photos = db::campaigns::visits::photos(tx, &row.id)?;
            let stored = photos.into_iter().find(|photo| photo.name == name);
            let stored = stored.and_then(|photo| photo.stored).ok_or_else(|| no_visit(id))?;
            let wrapped = row.wrapped_key.ok_or(RegistryError::FileGone)?;
            let key = self.vault.file_key(tx, format!("visit {}", row.id), &wrapped)?;
            Ok::<_, RegistryError>((stored, key))
        })?;
        photos::open(&photos::folder(self.db.url()), &stored, &key)
    }

    /// Decides a visit that was held.
    ///
    /// # Errors
    /// Not allowed; not found; one's own; not held.
    pub fn resolve_visit(
        &self,
        actor: &Actor,
        id: Uuid,
        taken: Taken,
        fields: Option<&[String]>,
    ) -> Result<(), RegistryError> {
        actor.require(Right::Decide)?;
        self.db.write(|tx| {
            Self::seen_visit(tx, actor, id)?;
            let row = db::campaigns::visits::for_update(tx, &id.to_string())?;
            let row = row.ok_or_else(|| no_visit(id))?;
            if row.enumerator == actor.name() {
                return Err(RegistryError::OwnSubmission);
            }
            let state: VisitState =
                row.state.parse().map_err(|_| RegistryError::Internal("visits have a state"))?;
            let held = [VisitState::Conflict, VisitState::Faulty, VisitState::Waiting];
            if !held.contains(&state) {
                let (action, field, value) = ("resolve", "state", state.into());
                return Err(RegistryError::WrongTransition { action, field, value });
            }
            match taken {
                Taken::Current => {
                    let state = <&str>::from(VisitState::Dismissed).to_owned();
                    let change = VisitChange { state, ..VisitChange::from(&row) };
                    db::campaigns::visits::update(tx, &row.id, &change)?;
                }
                Taken::Submitted => {
                    let submission = self.submission_of(tx, &row)?;
                    self.force(tx, actor, &row, submission, fields)?;
                }
            }
            self.log_visit(tx, actor, &row.id, "resolve", Some(taken.into()))
        })?;
        self.catch_up_after_write();
        Ok(())
    }

    /// What became of a visit, where the record's own entries do not tell.
    pub(super) fn log_visit(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        id: &str,
        action: &'static str,
        reason: Option<&str>,
    ) -> Result<(), RegistryError> {
        let entry = Entry {
            actor: actor.name(),
            job_id: None,
            reason,
            entity: VISIT,
            entity_id: id.to_owned(),
            action,
            revision: 0,
        };
        Ok(db::log::append(tx, self.clock.now_naive(), &[entry])?)
    }

    /// Destroys what was sent in for an enterprise; answers the files of its photos.
    pub(in crate::registry) fn forget_visits(
        tx: &mut AnyConnection,
        enterprise_id: &str,
    ) -> Result<Vec<String>, RegistryError> {
        let files = db::campaigns::visits::photo_files(tx, enterprise_id)?;
        db::campaigns::visits::forget_photos(tx, enterprise_id)?;
        db::campaigns::visits::forget_submissions(tx, enterprise_id)?;
        Ok(files)
    }

    /// Takes files of photos away. Nobody has their keys any more: one that stays says nothing.
    pub(in crate::registry) fn remove_photos(&self, files: &[String]) {
        let folder = photos::folder(self.db.url());
        for file in files {
            if let Err(error) = std::fs::remove_file(folder.join(file)) {
                tracing::warn!(%error, file, "a photo could not be removed");
            }
        }
    }

    /// A visit that somebody sees: in a campaign and an area of theirs, or their own.
    fn seen_visit(
        tx: &mut AnyConnection,
        actor: &Actor,
        id: Uuid,
    ) -> Result<VisitRow, RegistryError> {
        let row = db::campaigns::visits::by_id(tx, &id.to_string())?;
        let row = row.ok_or_else(|| no_visit(id))?;
        let village: RegionCode = super::assignments::village(&row.village)?;
        let theirs = match actor.visibility() {
            Visibility::Own { author, .. } => row.enumerator == author,
            Visibility::Internal { area } => area.is_none_or(|area| area.contains(&village)),
            Visibility::Public => false,
        };
        if theirs { Ok(row) } else { Err(no_visit(id)) }
    }

    /// What was sent beside what the record has, by question.
    fn held_differences(
        &self,
        tx: &mut AnyConnection,
        row: &VisitRow,
    ) -> Result<Vec<Difference>, RegistryError> {
        let Some(id) = &row.enterprise_id else { return Ok(Vec::new()) };
        let Some(record) = db::enterprises::by_id(tx, id)? else { return Ok(Vec::new()) };
        let current: Enterprise = serde_json::from_str(&record.document)?;
        let submission = self.submission_of(tx, row)?;
        let (mut from, mut to) = (Map::new(), Map::new());
        for field in FIELDS.iter().filter(|field| !field.restricted) {
            let Some(sent) = submission.answers.values.get(field.code) else { continue };
            if sent.is_empty() {
                continue;
            }
            from.insert(field.code.to_owned(), known(field, &current).into());
            to.insert(field.code.to_owned(), sent.clone().into());
        }
        if !submission.answers.keeps_products && !submission.answers.products.is_empty() {
            let names: Vec<&str> = submission
                .answers
                .products
                .iter()
                .filter_map(|entry| entry.get("product_name").map(String::as_str))
                .collect();
            let products = FIELDS.iter().find(|field| field.code == "products");
            let known = products.map(|field| known(field, &current)).unwrap_or_default();
            from.insert("products".into(), known.into());
            to.insert("products".into(), names.join(", ").into());
        }
        Ok(differences(&Value::Object(from), &Value::Object(to)))
    }
}

fn no_visit(id: Uuid) -> RegistryError {
    RegistryError::DocumentNotFound { entity: "visit", id: id.to_string() }
}
