//! Cursors of lists in the order of a key: the key of the last one of the page before.

use actix_web::HttpRequest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::domain::fault::{Expected, Fault};
use crate::registry::RegistryError;

pub fn read(cursor: &str) -> Result<String, Fault> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.filter(|text| !text.contains('\0'))
        .ok_or_else(|| Fault::Malformed { value: cursor.to_owned(), expected: Expected::Cursor })
}

pub fn next_link(request: &HttpRequest, key: &str) -> Result<String, RegistryError> {
    super::enterprises::next_link(request, &BASE64_URL_SAFE_NO_PAD.encode(key))
}
