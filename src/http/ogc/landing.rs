//! The landing page: where everything else is.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::{Ask, CACHING, Format, HTML, JSON, Link, OPENAPI, document, html, map, page, tiles};
use crate::http::problem::ApiError;
use crate::registry::Registry;

pub const TITLE: [&str; 2] = ["Sentra: data terbuka", "Sentra: open data"];
pub const DESCRIPTION: [&str; 2] = [
    "Registri dan peta usaha kecil Jawa Timur (IKM, UKM, Kopwan) untuk perangkat lunak peta: salin \
     alamat halaman ini ke QGIS (WFS / OGC API - Features), GDAL atau pustaka lain.",
    "Registry and map of small producers in East Java (IKM, UKM, Kopwan) for GIS software: paste the \
     address of this page into QGIS (WFS / OGC API - Features), GDAL or another library.",
];

fn links(ask: &Ask) -> Result<Vec<Link>, ApiError> {
    let mut links = ask.own_links(JSON)?;
    links.extend([
        ask.link("/api", "service-desc", OPENAPI, ["Definisi API", "The API definition"]),
        ask.link("/api.html", "service-doc", HTML, ["Dokumentasi API", "The API documentation"]),
        ask.link("/conformance", "conformance", JSON, ["Kelas kesesuaian", "Conformance classes"]),
        ask.link("/collections", "data", JSON, ["Koleksi", "The collections"]),
    ]);
    if tiles::paths().as_object().is_some_and(|paths| !paths.is_empty()) {
        let title = ["Skema ubin", "Tile matrix sets"];
        links.push(ask.link("/tileMatrixSets", tiles::TILING_SCHEMES, JSON, title));
    }
    Ok(links)
}

pub async fn get_landing(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let (ask, taken) = Ask::of(&request, &[])?;
    taken.finish()?;
    let links = links(&ask)?;
    let (title, description) = (ask.told(TITLE), ask.told(DESCRIPTION));
    if ask.format == Format::Json {
        let landing = json!({"title": title, "description": description, "links": links});
        return document(&request, JSON, &landing);
    }
    let boundaries = web::block(move || registry.boundaries()).await??;
    let mut body = html::Body::default();
    body.paragraph(description);
    body.code(&ask.base);
    body.links(&links);
    body.push(&map::svg(&boundaries, &[], title));
    Ok(page(CACHING, ask.lang, html::page(&ask, title, &[], &body)))
}
