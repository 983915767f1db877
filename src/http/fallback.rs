//! Requests that no operation answers: another method of a known path is told which there are, as
//! is who asks by OPTIONS; a page of the web app is served; the rest is not found.

use actix_web::dev::ResourceDef;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::openapi::OpenApi;

use super::{ogc, web_app};

/// The methods of each path, as the OpenAPI document says.
pub struct Methods(Vec<(ResourceDef, Vec<&'static str>)>);

impl Methods {
    pub fn of(api: &OpenApi) -> Self {
        let methods = api.paths.paths.iter().map(|(path, item)| {
            let known = [
                ("GET", item.get.is_some()),
                // Answered wherever GET is.
                ("HEAD", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ];
            let there = known.into_iter().filter(|(_, there)| *there).map(|(name, _)| name);
            (ResourceDef::new(path.as_str()), there.chain(["OPTIONS"]).collect())
        });
        Self(methods.collect())
    }

    fn allowed(&self, path: &str) -> Vec<&'static str> {
        let paths = self.0.iter().filter(|(definition, _)| definition.is_match(path));
        let mut allowed: Vec<_> = paths.flat_map(|(_, methods)| methods.iter().copied()).collect();
        let read_only = || web_app::has(path) || is_documentation(path) || ogc::has(path);
        if allowed.is_empty() && read_only() {
            allowed = vec!["GET", "HEAD", "OPTIONS"];
        }
        allowed
    }
}

/// What is served beside the operations and the web app.
fn is_documentation(path: &str) -> bool {
    path == "/openapi.json" || path == "/docs" || path.starts_with("/docs/")
}

pub async fn not_found(request: HttpRequest, methods: web::Data<Methods>) -> HttpResponse {
    let allowed = methods.allowed(request.path());
    let asked = request.method().as_str();
    if asked == "OPTIONS" && !allowed.is_empty() {
        return HttpResponse::NoContent()
            .insert_header((header::ALLOW, allowed.join(", ")))
            .finish();
    }
    if !allowed.is_empty() && !allowed.contains(&asked) {
        let mut response = HttpResponse::build(StatusCode::METHOD_NOT_ALLOWED);
        return response.insert_header((header::ALLOW, allowed.join(", "))).finish();
    }
    web_app::file(&request).unwrap_or_else(|| HttpResponse::NotFound().finish())
}
