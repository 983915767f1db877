//! Operations that will end. One is marked in the document, by the day since which it is deprecated
//! and, once that is known, the day on which it ends (docs/api-policy.md):
//! `extensions(("x-deprecated-since" = json!("2027-01-31")), ("x-sunset" = json!("2028-01-31")))`.
//! Every answer of it says the same (RFC 9745, RFC 8594).

use std::collections::HashMap;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{Deprecated, OpenApi};

const SINCE: &str = "x-deprecated-since";
const SUNSET: &str = "x-sunset";
const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const ENDS: HeaderName = HeaderName::from_static("sunset");
/// Where to read what comes instead.
const READ: HeaderValue = HeaderValue::from_static("</docs/>; rel=\"deprecation\"");

/// Marks as `deprecated` what has a day since which it is.
pub fn mark(mut api: OpenApi) -> OpenApi {
    for item in api.paths.paths.values_mut() {
        let PathItem { get, put, post, patch, delete, .. } = item;
        for operation in [get, put, post, patch, delete].into_iter().flatten() {
            if day(operation, SINCE).is_some() {
                operation.deprecated = Some(Deprecated::True);
            }
        }
    }
    api
}

/// The fields of answers of deprecated operations, by method and path.
pub struct Deprecations(HashMap<(Method, String), Vec<(HeaderName, HeaderValue)>>);

impl Deprecations {
    pub fn of(api: &OpenApi) -> Self {
        let items = api.paths.paths.iter().flat_map(|(path, item)| {
            let operations = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            operations.into_iter().filter_map(move |(method, operation)| {
                Some(((method, path.clone()), fields(operation.as_ref()?)?))
            })
        });
        Self(items.collect())
    }
}

fn day(operation: &Operation, name: &str) -> Option<DateTime<Utc>> {
    let text = operation.extensions.as_ref()?.get(name)?.as_str()?;
    Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN).and_utc())
}

fn fields(operation: &Operation) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let value = |text: String| HeaderValue::try_from(text).ok();
    let since = day(operation, SINCE)?;
    let mut fields =
        vec![(DEPRECATION, value(format!("@{}", since.timestamp()))?), (header::LINK, READ)];
    if let Some(ends) = day(operation, SUNSET) {
        fields.push((ENDS, value(ends.format("%a, %d %b %Y %H:%M:%S GMT").to_string())?));
    }
    Some(fields)
}

/// Says of each answer whether its operation will end.
pub async fn tell<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let table = request.app_data::<web::Data<Deprecations>>().cloned();
    let mut response = next.call(request).await?;
    if let Some(table) = table.filter(|table| !table.0.is_empty())
        && let Some(pattern) = response.request().match_pattern()
        && let Some(fields) = table.0.get(&(response.request().method().clone(), pattern))
    {
        for (name, value) in fields {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpResponse, get};
    use utoipa_actix_web::{AppExt, scope};

    use super::*;

    #[utoipa::path(
        operation_id = "get_old",
        responses((status = 200, description = "old")),
        extensions(("x-deprecated-since" = json!("2027-01-31")), ("x-sunset" = json!("2028-01-31"))),
    )]
    #[get("/old/{id}")]
    async fn get_old() -> HttpResponse {
        HttpResponse::Ok().finish()
    }

    #[utoipa::path(operation_id = "get_new", responses((status = 200, description = "new")))]
    #[get("/new")]
    async fn get_new() -> HttpResponse {
        HttpResponse::Ok().finish()
    }

    #[actix_web::test]
    async fn answers_of_a_deprecated_operation_say_since_when_and_until_when() {
        let (app, api) = App::new()
            .into_utoipa_app()
            .service(scope::scope("/api/v1").service(get_old).service(get_new))
            .split_for_parts();
        let api = mark(api);
        let written = serde_json::to_value(&api).expect("a document");
        assert_eq!(written["paths"]["/api/v1/old/{id}"]["get"]["deprecated"], true);
        assert!(written["paths"]["/api/v1/new"]["get"].get("deprecated").is_none());
        let table = web::Data::new(Deprecations::of(&api));
        let app = init_service(app.app_data(table).wrap(from_fn(tell))).await;
        let ask = |path: &str| call_service(&app, TestRequest::get().uri(path).to_request());
        let old = ask("/api/v1/old/7?a=b").await;
        let said = |name: &str| old.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!(said("deprecation"), Some("@1801353600"));
        assert_eq!(said("sunset"), Some("Mon, 31 Jan 2028 00:00:00 GMT"));
        assert_eq!(said("link"), Some("</docs/>; rel=\"deprecation\""));
        for path in ["/api/v1/new", "/api/v1/none"] {
            let other = ask(path).await;
            assert!(other.headers().get("deprecation").is_none(), "{path}");
        }
    }

    #[actix_web::test]
    async fn where_nothing_is_deprecated_nothing_is_said() {
        let app = App::new().service(get_new).wrap(from_fn(tell));
        let app = init_service(app).await;
        let answer = call_service(&app, TestRequest::get().uri("/new").to_request()).await;
        assert!(answer.status().is_success() && answer.headers().get("deprecation").is_none());
    }
}
