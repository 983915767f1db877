//! `/ogc`: the OGC APIs, for GIS clients. Features (Parts 1, 2, 3 and 5) here, Tiles in [`tiles`].
//! Everything is read over the same use cases as `/api/v1`, at the caller's tier.

mod api;
mod bbox;
mod collections;
mod conformance;
mod crs;
mod feature;
mod html;
mod items;
mod landing;
mod map;
mod query;
mod schema;
mod tile_paths;
pub mod tiles;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, guard, web};
use serde::Serialize;

use super::kept::tagged;
use super::parameters::{Taken, pairs};
use super::problem::ApiError;
use super::represent::{language, origin};
use crate::domain::fault::{Fault, Lang};
use crate::registry::RegistryError;
use crate::registry::collections::Collection;

pub const JSON: &str = "application/json";
pub const GEOJSON: &str = "application/geo+json";
pub const HTML: &str = "text/html";
pub const SCHEMA: &str = "application/schema+json";
pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// What describes the service changes with a new version or edition of the codes.
const CACHING: &str = "public, max-age=300";

/// Whether there is something to read at a path: whoever asks by another method is told so.
pub fn has(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/ogc") else { return false };
    match rest.split('/').collect::<Vec<_>>().as_slice() {
        [""] | ["", "" | "conformance" | "api" | "api.html" | "collections"] => true,
        ["", "collections", parts @ ..] => {
            matches!(parts, [_] | [_, "queryables" | "schema" | "items"] | [_, "items", _])
        }
        _ => false,
    }
}

/// The paths.
pub fn routes(config: &mut web::ServiceConfig) {
    let get = |path: &str| web::resource(path).guard(guard::Get());
    let of = "/ogc/collections/{collection}";
    config
        .configure(tiles::routes)
        .service(get("/ogc").to(landing::get_landing))
        .service(get("/ogc/").to(landing::get_landing))
        .service(get("/ogc/conformance").to(conformance::get_conformance))
        .service(get("/ogc/api").to(api::get_api))
        .service(get("/ogc/api.html").to(api::get_api_page))
        .service(get("/ogc/collections").to(collections::list_collections))
        .service(get(of).to(collections::get_collection))
        .service(get(&format!("{of}/queryables")).to(schema::get_queryables))
        .service(get(&format!("{of}/schema")).to(schema::get_schema))
        .service(get(&format!("{of}/items")).to(items::list_items))
        .service(get(&format!("{of}/items/{{feature}}")).to(feature::get_feature));
}

/// A link, absolute and with its type.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub href: String,
    pub rel: &'static str,
    #[serde(rename = "type")]
    pub media: &'static str,
    pub title: String,
}

/// The two ways in which everything is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Html,
}

/// A request, as far as every page needs it.
pub struct Ask {
    /// The address of `/ogc`, as whoever asked knows it.
    pub base: String,
    pub lang: Lang,
    pub format: Format,
    /// The address that was asked for: without its query, and its query.
    path: String,
    query: String,
}

impl Ask {
    /// Reads `f`, or else the Accept header. `json` says what JSON is called beside `json`.
    ///
    /// # Errors
    /// If the query is none.
    pub fn of(
        request: &HttpRequest,
        json: &'static [&'static str],
    ) -> Result<(Self, Taken), RegistryError> {
        let mut taken = Taken::of(request.query_string())?;
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let default =
            if prefers_html(accept.unwrap_or_default()) { Format::Html } else { Format::Json };
        let format = taken.read("f", default, |text| match text {
            "html" => Ok(Format::Html),
            text if text == "json" || json.contains(&text) => Ok(Format::Json),
            other => {
                let all = ["json"].into_iter().chain(json.iter().copied()).chain(["html"]);
                let allowed = all.collect::<Vec<_>>().join(", ");
                Err(Fault::UnknownCode { value: other.to_owned(), allowed })
            }
        });
        let origin = origin(request);
        let ask = Self {
            base: format!("{origin}/ogc"),
            lang: language(request),
            format,
            path: format!("{origin}{}", request.path()),
            query: request.query_string().to_owned(),
        };
        Ok((ask, taken))
    }

    /// Of two texts the one in the reader's language.
    pub fn told<T>(&self, [id, en]: [T; 2]) -> T {
        if self.lang == Lang::En { en } else { id }
    }

    /// The address as it was asked for.
    fn own(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        }
    }

    /// The same address with parameters put in the place of those of the same names. Every pair has
    /// its `=`.
    ///
    /// # Errors
    /// None that can happen: the pairs were read before.
    pub fn with(&self, put: &[(&str, &str)], without: &[&str]) -> Result<String, RegistryError> {
        let mut all = pairs(&self.query)?;
        all.retain(|(name, _)| {
            !put.iter().any(|(known, _)| known == name) && !without.contains(&name.as_str())
        });
        all.extend(put.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let query = serde_urlencoded::to_string(all)
            .map_err(|_| RegistryError::Internal("pairs that were read can be written"))?;
        Ok(format!("{}?{query}", self.path))
    }

    /// `self` and `alternate`: this answer and its twin.
    ///
    /// # Errors
    /// None that can happen.
    pub fn own_links(&self, json: &'static str) -> Result<Vec<Link>, RegistryError> {
        let of = |format| match format {
            Format::Json => (json, "json", ["Dokumen ini sebagai JSON", "This document as JSON"]),
            Format::Html => {
                (HTML, "html", ["Dokumen ini sebagai halaman", "This document as a page"])
            }
        };
        let twin = if self.format == Format::Json { Format::Html } else { Format::Json };
        let (media, _, title) = of(self.format);
        let own = Link { href: self.own(), rel: "self", media, title: self.told(title).to_owned() };
        let (media, name, title) = of(twin);
        let href = self.with(&[("f", name)], &[])?;
        let twin = Link { href, rel: "alternate", media, title: self.told(title).to_owned() };
        Ok(vec![own, twin])
    }

    /// A link to a path below `/ogc`.
    pub fn link(
        &self,
        path: &str,
        rel: &'static str,
        media: &'static str,
        title: [&str; 2],
    ) -> Link {
        let title = self.told(title).to_owned();
        Link { href: format!("{}{path}", self.base), rel, media, title }
    }
}

/// Whether a browser asks: `text/html` before any JSON, or at a higher weight.
fn prefers_html(accept: &str) -> bool {
    let mut best: Option<(f64, bool)> = None;
    for part in accept.split(',') {
        let mut words = part.split(';').map(str::trim);
        let media = words.next().unwrap_or_default();
        let html = match media {
            HTML | "application/xhtml+xml" => true,
            "*/*" | "application/*" => false,
            media if media.ends_with("json") => false,
            _ => continue,
        };
        let weight = words
            .find_map(|word| word.strip_prefix("q="))
            .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        if best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, html));
        }
    }
    best.is_some_and(|(weight, html)| html && weight > 0.0)
}

/// The collection of a path.
///
/// # Errors
/// If there is none of that name.
pub fn collection(name: &str) -> Result<Collection, RegistryError> {
    let not_found =
        || RegistryError::DocumentNotFound { entity: "collection", id: name.to_owned() };
    name.parse().map_err(|_| not_found())
}

/// A document as JSON, with its tag.
///
/// # Errors
/// None that can happen: documents can be written.
pub fn document<T: Serialize>(
    request: &HttpRequest,
    media: &'static str,
    document: &T,
) -> Result<HttpResponse, ApiError> {
    let body = serde_json::to_vec(document).map_err(RegistryError::from)?;
    Ok(tagged(request, media, CACHING, body))
}

/// A page for people, under a policy that lets in nothing but its own style.
pub fn page(caching: &'static str, lang: Lang, text: String) -> HttpResponse {
    let language = if lang == Lang::En { "en" } else { "id" };
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::CONTENT_LANGUAGE, language))
        .insert_header((header::CONTENT_SECURITY_POLICY, html::policy()))
        .body(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_shown_pages_and_programs_json() {
        let firefox = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert!(prefers_html(firefox) && prefers_html("text/html"));
        assert!(prefers_html("application/json;q=0.5, text/html"));
        for program in [
            "",
            "*/*",
            "application/json",
            "application/geo+json",
            "text/html;q=0",
            "application/json, text/html",
            "*/*, text/html;q=0.1",
            "text/xml",
        ] {
            assert!(!prefers_html(program), "{program}");
        }
    }

    #[test]
    fn a_path_is_known_by_its_form() {
        for path in [
            "/ogc",
            "/ogc/",
            "/ogc/api.html",
            "/ogc/collections",
            "/ogc/collections/a",
            "/ogc/collections/a/schema",
            "/ogc/collections/a/items",
            "/ogc/collections/a/items/b",
        ] {
            assert!(has(path), "{path}");
        }
        for path in ["/ogc/x", "/ogcx", "/ogc/collections/a/b", "/ogc/collections/a/items/b/c"] {
            assert!(!has(path), "{path}");
        }
    }
}
