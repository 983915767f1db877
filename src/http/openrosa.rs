//! `/openrosa`: what ODK Collect and KoboCollect ask (OpenRosa 1.0). A phone comes in by the key in
//! its address; the key is kept out of logs.

use actix_multipart::Multipart;
use actix_web::guard::{GuardContext, fn_guard};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use serde::Deserialize;

use super::multipart::{self, MAX_POST};
use super::problem::ApiError;
use super::represent::{AskedByHead, origin};
use crate::domain::fault::{Fault, FieldFault};
use crate::exchange::openrosa::{self, Listed, Media};
use crate::registry::campaigns::{Part, enterprises_file, hash, villages_file};
use crate::registry::{Registry, RegistryError};

/// The part that holds the filled-in form, and the one that says that more is to come.
const FORM_PART: &str = "xml_submission_file";
const INCOMPLETE_PART: &str = "*isIncomplete*";

/// What a phone posts.
struct Post {
    xml: Vec<u8>,
    /// Photos by the names that the form gives them.
    files: Vec<(String, Vec<u8>)>,
    incomplete: bool,
}

#[derive(Deserialize)]
pub struct OfForm {
    key: String,
    form: String,
}

/// The paths.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/openrosa/key/{key}")
            .route("/formList", web::get().to(list_forms))
            .route("/forms/{form}.xml", web::get().to(get_form))
            .route("/forms/{form}/manifest", web::get().to(get_manifest))
            .route("/forms/{form}/villages.csv", web::get().to(get_villages))
            .route("/forms/{form}/enterprises.csv", web::get().to(get_enterprises))
            .service(
                web::resource("/submission")
                    // HEAD comes in as GET, and goes out without a body; a GET is none.
                    .route(web::get().guard(fn_guard(by_head)).to(head_submission))
                    .route(web::post().to(post_submission)),
            ),
    );
}

fn answer(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response.insert_header(("X-OpenRosa-Version", openrosa::VERSION));
    response.insert_header((header::CACHE_CONTROL, "private, no-store"));
    response
}

fn xml(text: String) -> HttpResponse {
    answer(HttpResponse::Ok()).content_type("text/xml; charset=utf-8").body(text)
}

/// Where a phone finds this server: its own address up to the key.
fn base(request: &HttpRequest, key: &str) -> String {
    format!("{}/openrosa/key/{key}", origin(request))
}

async fn list_forms(
    request: HttpRequest,
    key: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let base = base(&request, &key);
    let forms = web::block(move || registry.phone_forms(&registry.calling(&key)?)).await??;
    let listed: Vec<Listed> = forms
        .iter()
        .map(|form| Listed {
            id: form.id.clone(),
            name: form.title.clone(),
            version: form.version.clone(),
            hash: form.hash.clone(),
            url: format!("{base}/forms/{}.xml", form.id),
            manifest_url: format!("{base}/forms/{}/manifest", form.id),
        })
        .collect();
    Ok(xml(openrosa::form_list(&listed)))
}

async fn get_form(
    path: web::Path<OfForm>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let OfForm { key, form } = path.into_inner();
    let form = web::block(move || registry.phone_form(&registry.calling(&key)?, &form)).await??;
    Ok(xml(form))
}

async fn get_manifest(
    request: HttpRequest,
    path: web::Path<OfForm>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let OfForm { key, form } = path.into_inner();
    let base = format!("{}/forms/{form}", base(&request, &key));
    let lists = web::block(move || registry.phone_lists(&registry.calling(&key)?, &form)).await??;
    let file = |name: String, text: &str, entities| Media {
        url: format!("{base}/{name}"),
        hash: hash(text),
        name,
        entities,
    };
    Ok(xml(openrosa::manifest(&[
        file(villages_file(), &lists.villages, false),
        file(enterprises_file(), &lists.enterprises, true),
    ])))
}

fn csv(text: impl Into<String>) -> HttpResponse {
    answer(HttpResponse::Ok()).content_type("text/csv; charset=utf-8").body(text.into())
}

async fn get_villages(
    path: web::Path<OfForm>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let OfForm { key, form } = path.into_inner();
    Ok(csv(web::block(move || registry.phone_villages(&registry.calling(&key)?, &form)).await??))
}

async fn get_enterprises(
    path: web::Path<OfForm>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let OfForm { key, form } = path.into_inner();
    let rows = web::block(move || registry.phone_enterprises(&registry.calling(&key)?, &form));
    Ok(csv(&*rows.await??))
}

fn by_head(asked: &GuardContext<'_>) -> bool {
    asked.req_data().contains::<AskedByHead>()
}

/// Phones ask this first: 204, and how large a post may be.
async fn head_submission(
    key: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    web::block(move || registry.calling(&key)).await??;
    let mut response = answer(HttpResponse::NoContent());
    response.insert_header(("X-OpenRosa-Accept-Content-Length", MAX_POST.to_string()));
    Ok(response.finish())
}

async fn post_submission(
    key: web::Path<String>,
    body: Multipart,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    // Before anything is read of what somebody without a key sends.
    let (asked, calls) = (registry.clone(), key.into_inner());
    let calling = web::block(move || asked.calling(&calls)).await??;
    let Post { xml, files, incomplete } = read(body).await?;
    let received =
        web::block(move || registry.receive(&calling, &Part::of_phone(xml, files, incomplete)?));
    let received = received.await??;
    let (response, told) = if received.new {
        (HttpResponse::Created(), "Diterima.")
    } else {
        (HttpResponse::Accepted(), "Sudah diterima.")
    };
    let text = openrosa::response(told);
    Ok(answer(response).content_type("text/xml; charset=utf-8").body(text))
}

/// A post as phones make it.
async fn read(body: Multipart) -> Result<Post, ApiError> {
    let (mut form, mut files, mut incomplete) = (None, Vec::new(), false);
    for part in multipart::parts(body).await? {
        match part.name.as_str() {
            FORM_PART => form = Some(part.bytes),
            INCOMPLETE_PART => incomplete = true,
            _ => files.push((part.file.unwrap_or(part.name), part.bytes)),
        }
    }
    let missing = || {
        let fault = FieldFault::new(FORM_PART, Fault::Required);
        ApiError(RegistryError::BadParameters(vec![fault]))
    };
    Ok(Post { xml: form.ok_or_else(missing)?, files, incomplete })
}
