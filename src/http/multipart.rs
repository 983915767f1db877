//! The parts of a post in several, whole: a connection that breaks in the middle leaves nothing.

use actix_multipart::Multipart;
use futures_util::TryStreamExt;

use super::problem::ApiError;
use crate::domain::fault::{Fault, FieldFault};
use crate::registry::RegistryError;

/// Largest post, in bytes: a phone splits what is larger.
pub const MAX_POST: usize = 20_000_000;
/// Most parts of a post.
const MAX_PARTS: usize = 100;

/// One of them.
pub struct Part {
    pub name: String,
    /// The file's name, where there is one.
    pub file: Option<String>,
    pub bytes: Vec<u8>,
}

/// Reads them.
///
/// # Errors
/// Broken off, too large, too many.
pub async fn parts(mut body: Multipart) -> Result<Vec<Part>, ApiError> {
    let unreadable = |message: String| {
        let fault = Fault::Unreadable { message };
        ApiError(RegistryError::BadParameters(vec![FieldFault::new("body", fault)]))
    };
    let mut parts: Vec<Part> = Vec::new();
    let mut size = 0;
    while let Some(mut field) =
        body.try_next().await.map_err(|error| unreadable(error.to_string()))?
    {
        let disposition = field.content_disposition();
        let name = disposition.and_then(|said| said.get_name()).unwrap_or_default().to_owned();
        let file = disposition.and_then(|said| said.get_filename()).map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(chunk) =
            field.try_next().await.map_err(|error| unreadable(error.to_string()))?
        {
            size += chunk.len();
            if size > MAX_POST || parts.len() >= MAX_PARTS {
                let max = MAX_POST;
                let fault = FieldFault::new("body", Fault::BodyTooLarge { max });
                return Err(RegistryError::BadParameters(vec![fault]).into());
            }
            bytes.extend_from_slice(&chunk);
        }
        parts.push(Part { name, file, bytes });
    }
    Ok(parts)
}
