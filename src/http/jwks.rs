//! `/.well-known/jwks.json`: the public halves of the keys that sign access tokens.

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::parameters::CommonProblems;
use super::problem::ApiError;
use crate::registry::Registry;

/// A JSON Web Key (RFC 8037).
#[derive(Serialize, ToSchema)]
struct Jwk {
    #[schema(example = "OKP")]
    kty: &'static str,
    #[schema(example = "Ed25519")]
    crv: &'static str,
    /// 32 bytes, base64url.
    x: String,
    kid: String,
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    purpose: &'static str,
    #[schema(example = "EdDSA")]
    alg: &'static str,
}

/// The keys by which access tokens can be checked.
#[derive(Serialize, ToSchema)]
struct JwkSet {
    keys: Vec<Jwk>,
}

/// The keys that verify access tokens now, and the one that will sign next. A token of a key that
/// is not among them: read them again.
#[utoipa::path(
    operation_id = "get_jwks",
    tag = "session",
    responses((status = 200, description = "the keys", body = JwkSet), CommonProblems)
)]
#[get("/.well-known/jwks.json")]
pub async fn get_jwks(registry: web::Data<Registry>) -> Result<HttpResponse, ApiError> {
    let keys = web::block(move || registry.public_keys()).await??;
    let keys = keys.into_iter().map(|key| Jwk {
        kty: "OKP",
        crv: "Ed25519",
        x: BASE64_URL_SAFE_NO_PAD.encode(key.bytes),
        kid: key.kid,
        purpose: "sig",
        alg: "EdDSA",
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=5"))
        .json(JwkSet { keys: keys.collect() }))
}
