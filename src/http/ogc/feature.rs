//! `…/items/{id}`: one feature.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::crs::{Crs, content_crs};
use super::items::{begin_feature, caching_of, collection_crumb};
use super::{Ask, Format, GEOJSON, JSON, Link, collection, html, map, page, query};
use crate::http::caller::Caller;
use crate::http::problem::ApiError;
use crate::registry::collections::{Collection, Feature};
use crate::registry::{Registry, RegistryError};

pub async fn get_feature(
    request: HttpRequest,
    caller: Caller,
    path: web::Path<(String, String)>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let (name, id) = path.into_inner();
    let collection = collection(&name)?;
    let (ask, mut taken) = Ask::of(&request, &["geojson"])?;
    let crs = query::crs(&mut taken, "crs");
    taken.finish()?;
    let (caching, html) = (caching_of(collection, &request), ask.format == Format::Html);
    let (feature, boundaries) = web::block(move || {
        let feature = registry.feature(&caller, collection, &id)?;
        let boundaries = html.then(|| registry.boundaries()).transpose()?;
        Ok::<_, RegistryError>((feature, boundaries))
    })
    .await??;
    let (name, value) = content_crs(crs);
    let links = links(&ask, collection, &feature)?;
    if let Some(boundaries) = boundaries {
        let title = html::title_of(&feature)?;
        let mut body = html::Body::default();
        body.push(&map::svg(&boundaries, std::slice::from_ref(&feature), &title));
        body.properties(&ask, collection, &feature)?;
        body.links(&links);
        let crumbs = [collection_crumb(&ask, collection)];
        let mut response = page(caching, ask.lang, html::page(&ask, &title, &crumbs, &body));
        let value = header::HeaderValue::from_str(&value);
        let value = value.map_err(|_| RegistryError::Internal("a URI is a field's value"))?;
        response.headers_mut().insert(header::HeaderName::from_static(name), value);
        return Ok(response);
    }
    let tag = tag(&feature, crs);
    let known = tag.as_ref().is_some_and(|tag| is_known(&request, tag));
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::CACHE_CONTROL, caching)).insert_header((name, value));
    if let Some(tag) = tag {
        response.insert_header((header::ETAG, tag));
    }
    if known {
        return Ok(response.finish());
    }
    let mut body = String::with_capacity(feature.properties.len() + 1_500);
    begin_feature(&mut body, &feature, crs);
    body.push_str(",\"links\":");
    body.push_str(&serde_json::to_string(&links).map_err(RegistryError::from)?);
    body.push('}');
    Ok(response.content_type(GEOJSON).body(body))
}

fn is_known(request: &HttpRequest, tag: &str) -> bool {
    request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known == tag)
}

/// The revision; each tier and system of one is a representation of its own.
fn tag(feature: &Feature, crs: Crs) -> Option<String> {
    let tier = if feature.internal { "" } else { "p" };
    let crs = crs.uri().rsplit('/').next().unwrap_or_default();
    feature.revision.map(|revision| format!("\"{revision}{tier}-{crs}\""))
}

fn links(ask: &Ask, collection: Collection, feature: &Feature) -> Result<Vec<Link>, RegistryError> {
    let mut links = ask.own_links(GEOJSON)?;
    let path = format!("/collections/{}", collection.id());
    links.push(ask.link(&path, "collection", JSON, collection.described().title));
    let record = match collection {
        Collection::Enterprises => "enterprises",
        Collection::Sentra => "sentra",
        Collection::Cooperatives => "cooperatives",
        Collection::Regencies | Collection::Districts | Collection::Villages => "regions",
    };
    let origin = ask.base.strip_suffix("/ogc").unwrap_or_default();
    links.push(Link {
        href: format!("{origin}/api/v1/{record}/{}", feature.id),
        rel: "related",
        media: JSON,
        title: ask.told(["Data lengkapnya", "All that is told of it"]).to_owned(),
    });
    Ok(links)
}
