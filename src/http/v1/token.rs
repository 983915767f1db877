//! `/auth/token`: OAuth 2.0 for service clients, client credentials only (RFC 6749, section 4.4).
//! People sign in at `/auth/session`; a password is never taken here.

use std::borrow::Cow;

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, post, web};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::private;
use crate::http::parameters::CommonProblems;
use crate::http::problem::ApiError;
use crate::registry::clients::{ClientCredentials, TokenRefusal};
use crate::registry::{AccessError, Registry, RegistryError};

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT_TYPE: &str = "client_credentials";

/// What asks for a token; the credentials here or by HTTP Basic.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only the shape of the form, which is read by hand")]
pub struct TokenRequest {
    #[schema(example = "client_credentials")]
    grant_type: String,
    client_id: Option<String>,
    #[schema(format = "password")]
    client_secret: Option<String>,
    /// Fewer scopes than the client's own, separated by spaces.
    scope: Option<String>,
}

/// An access token for a service client. There is no refresh token: ask again.
#[derive(Serialize, ToSchema)]
pub struct ClientToken {
    /// For `Authorization: Bearer …`.
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    #[schema(example = "public internal:35.15 changes")]
    scope: String,
}

/// A token for a service client, by its id and secret. Errors are problems with OAuth's `error`.
#[utoipa::path(
    operation_id = "create_token",
    tag = "access",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "a token", body = ClientToken), CommonProblems),
    security((), ("client" = []))
)]
#[post("/auth/token")]
pub async fn create_token(
    request: HttpRequest,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let credentials = credentials(&request, &body)
        .map_err(|refusal| RegistryError::from(AccessError::NoToken(refusal)))?;
    let token = web::block(move || registry.client_token(&credentials)).await??;
    Ok(private(HttpResponse::Ok()).json(ClientToken {
        access_token: token.access_token,
        token_type: "Bearer",
        expires_in: token.expires_in,
        scope: token.scope,
    }))
}

fn credentials(request: &HttpRequest, body: &[u8]) -> Result<ClientCredentials, TokenRefusal> {
    if !request.content_type().eq_ignore_ascii_case(FORM) {
        return Err(TokenRefusal::InvalidRequest);
    }
    let mut fields: Vec<(String, String)> =
        serde_urlencoded::from_bytes(body).map_err(|_| TokenRefusal::InvalidRequest)?;
    // Without a value it counts as left out (section 3.2).
    fields.retain(|(_, value)| !value.is_empty());
    let mut take = |name: &str| {
        let mut values = fields.extract_if(.., |(found, _)| found == name);
        let first = values.next().map(|(_, value)| value);
        if values.next().is_some() { Err(TokenRefusal::InvalidRequest) } else { Ok(first) }
    };
    let grant_type = take("grant_type")?.ok_or(TokenRefusal::InvalidRequest)?;
    let (id, secret, scope) = (take("client_id")?, take("client_secret")?, take("scope")?);
    if grant_type != GRANT_TYPE {
        return Err(TokenRefusal::UnsupportedGrantType);
    }
    let (id, secret) = match (basic(request)?, id, secret) {
        (Some((by_header, secret)), id, None) if id.as_ref().is_none_or(|id| *id == by_header) => {
            (by_header, secret)
        }
        // In two ways at once (section 2.3).
        (Some(_), ..) => return Err(TokenRefusal::InvalidRequest),
        (None, Some(id), Some(secret)) => (id, secret),
        (None, ..) => return Err(TokenRefusal::InvalidClient),
    };
    Ok(ClientCredentials { id, secret, scope })
}

/// Id and secret by HTTP Basic, each encoded as in a form (section 2.3.1).
fn basic(request: &HttpRequest) -> Result<Option<(String, String)>, TokenRefusal> {
    let Some(header) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let read = || {
        let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
        let encoded = scheme.eq_ignore_ascii_case("basic").then_some(encoded)?;
        let bytes = BASE64_STANDARD.decode(encoded.trim()).ok()?;
        let (id, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        let decoded = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8().ok().map(Cow::into_owned)
        };
        Some((decoded(id)?, decoded(secret)?))
    };
    read().map(Some).ok_or(TokenRefusal::InvalidClient)
}
