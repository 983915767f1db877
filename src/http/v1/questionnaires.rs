//! `/questionnaires`: what is asked in the field.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::enterprises::{idempotency, json};
use super::private;
use crate::domain::access::Right;
use crate::domain::codes::code_set;
use crate::domain::questionnaire::{
    Answer, Choice, FIELDS, Field, List, PRODUCT_PARTS, QuestionnaireDraft,
};
use crate::domain::reference::Reference;
use crate::domain::validate;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems};
use crate::http::problem::ApiError;
use crate::registry::campaigns::Questionnaire;
use crate::registry::{Registry, RegistryError};

/// A version of a questionnaire; it never changes.
#[derive(Serialize, ToSchema)]
#[schema(as = Questionnaire)]
pub struct QuestionnaireView {
    id: Uuid,
    /// From 1.
    version: i32,
    created_at: DateTime<Utc>,
    created_by: String,
    #[serde(flatten)]
    draft: QuestionnaireDraft,
}

impl From<Questionnaire> for QuestionnaireView {
    fn from(read: Questionnaire) -> Self {
        let Questionnaire { id, version, created_at, created_by, draft } = read;
        Self { id, version, created_at, created_by, draft }
    }
}

/// All versions, the newest of each form first.
#[derive(Serialize, ToSchema)]
pub struct QuestionnaireList {
    items: Vec<QuestionnaireView>,
}

/// A field of the registry that may be asked for.
#[derive(Serialize, ToSchema)]
pub struct QuestionnaireField {
    #[schema(example = "owner_phone")]
    code: &'static str,
    #[schema(example = "Telepon pemilik")]
    label: &'static str,
    label_en: &'static str,
    hint: Option<&'static str>,
    /// Kept encrypted; never sent to a phone beforehand.
    restricted: bool,
    #[serde(rename = "type")]
    kind: FieldType,
    /// What a number is in.
    #[schema(example = "orang")]
    unit: Option<&'static str>,
    /// Of a number.
    min: Option<i64>,
    max: Option<i64>,
    /// Most characters of a text.
    max_length: Option<usize>,
    /// A regular expression that the whole text has to match, and what it asks for in words.
    #[schema(example = "[0-9]{13}")]
    pattern: Option<&'static str>,
    pattern_hint: Option<&'static str>,
    /// The code list that answers are of.
    #[schema(example = "needs")]
    list: Option<&'static str>,
    /// Its codes; empty for `commodities`, which analysts extend: see `/commodities`.
    choices: Vec<FieldChoice>,
    /// What each of the products is asked; a question asks for all of it.
    #[schema(no_recursion)]
    parts: Vec<QuestionnaireField>,
}

code_set! {
    /// What an answer is.
    pub enum FieldType {
        Text,
        Integer,
        /// A number above zero.
        Decimal,
        Date,
        SelectOne,
        SelectMany,
        /// A position taken in place.
        Point,
        Photo,
        Products,
    }
}

/// A code with its words in Indonesian.
#[derive(Serialize, ToSchema)]
pub struct FieldChoice {
    code: String,
    label: String,
}

impl From<&Field> for QuestionnaireField {
    fn from(field: &Field) -> Self {
        let (kind, list) = match field.answer {
            Answer::Text(_) => (FieldType::Text, None),
            Answer::Integer { .. } => (FieldType::Integer, None),
            Answer::Quantity => (FieldType::Decimal, None),
            Answer::Date => (FieldType::Date, None),
            Answer::One(list) => (FieldType::SelectOne, Some(list)),
            Answer::Many(list) => (FieldType::SelectMany, Some(list)),
            Answer::Point => (FieldType::Point, None),
            Answer::Photo => (FieldType::Photo, None),
            Answer::Products => (FieldType::Products, None),
        };
        let (min, max) = match field.answer {
            Answer::Integer { min, max } => (Some(min), Some(max)),
            _ => (None, None),
        };
        let rule = match field.answer {
            Answer::Text(rule) => rule,
            _ => None,
        };
        // An open list stays empty: it is not known without the registry's codes.
        let choices = list.map(|list| list.choices(&Reference::default())).unwrap_or_default();
        let parts = if kind == FieldType::Products { PRODUCT_PARTS } else { &[] };
        Self {
            code: field.code,
            label: field.label,
            label_en: field.label_en,
            hint: field.hint,
            restricted: field.restricted,
            kind,
            unit: field.unit(),
            min,
            max,
            max_length: field.max_length(),
            pattern: rule.map(|(pattern, _)| pattern),
            pattern_hint: rule.map(|(_, hint)| hint),
            list: list.map(List::name),
            choices: choices
                .into_iter()
                .map(|Choice { code, label }| FieldChoice { code, label })
                .collect(),
            parts: parts.iter().map(Self::from).collect(),
        }
    }
}

/// What may be asked.
#[derive(Serialize, ToSchema)]
pub struct QuestionnaireFieldList {
    items: Vec<QuestionnaireField>,
}

/// Fields of the registry that a questionnaire may ask for, beside questions of its own; each with what
/// an answer may be.
#[utoipa::path(
    operation_id = "list_questionnaire_fields",
    tag = "campaigns",
    responses((status = 200, description = "the fields", body = QuestionnaireFieldList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/questionnaire-fields")]
pub async fn list_questionnaire_fields(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let items = FIELDS.iter().map(QuestionnaireField::from).collect();
    Ok(private(HttpResponse::Ok()).json(QuestionnaireFieldList { items }))
}

/// Questionnaires: all versions.
#[utoipa::path(
    operation_id = "list_questionnaires",
    tag = "campaigns",
    responses((status = 200, description = "all versions", body = QuestionnaireList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/questionnaires")]
pub async fn list_questionnaires(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    Taken::of(request.query_string())?.finish()?;
    let all = web::block(move || registry.questionnaires(&caller.0)).await??;
    let items = all.into_iter().map(QuestionnaireView::from).collect();
    Ok(private(HttpResponse::Ok()).json(QuestionnaireList { items }))
}

/// Keeps a questionnaire: the first version of its `form_id`, or the next one. What no phone would
/// take is refused, each fault by its path.
#[utoipa::path(
    operation_id = "create_questionnaire",
    tag = "campaigns",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body answers the same version")),
    request_body = QuestionnaireDraft,
    responses(
        (status = 201, description = "kept", body = QuestionnaireView),
        (status = 200, description = "kept before under the same Idempotency-Key", body = QuestionnaireView),
        WriteProblems,
    ),
    security(("bearer" = []))
)]
#[post("/questionnaires")]
pub async fn create_questionnaire(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let draft: QuestionnaireDraft =
        validate::from_json(json(&body)?).map_err(RegistryError::Invalid)?;
    let idempotency = idempotency(&request, "questionnaire ", &body)?;
    let make = move || registry.create_questionnaire(&caller.0, &draft, idempotency.as_ref());
    let (made, new) = web::block(make).await??;
    let location = format!("{}/{}", request.path(), made.id);
    let response = if new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(private(response)
        .insert_header((header::LOCATION, location))
        .json(QuestionnaireView::from(made)))
}

/// A version of a questionnaire.
#[utoipa::path(
    operation_id = "get_questionnaire",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "the version", body = QuestionnaireView), CommonProblems),
    security(("bearer" = []))
)]
#[get("/questionnaires/{id}")]
pub async fn get_questionnaire(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let id = super::campaigns::id_of("questionnaire", &id)?;
    let read = web::block(move || registry.questionnaire(&caller.0, id)).await??;
    Ok(private(HttpResponse::Ok()).json(QuestionnaireView::from(read)))
}

/// The form that phones get of it (ODK XForms).
#[utoipa::path(
    operation_id = "get_questionnaire_form",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "the XForm", body = String, content_type = "text/xml"), CommonProblems),
    security(("bearer" = []))
)]
#[get("/questionnaires/{id}/xform")]
pub async fn get_questionnaire_form(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let id = super::campaigns::id_of("questionnaire", &id)?;
    let form = web::block(move || registry.questionnaire_form(&caller.0, id)).await??;
    Ok(private(HttpResponse::Ok()).content_type("text/xml; charset=utf-8").body(form))
}
