//! A record's rows of both audiences as they are kept beside its document: a start reads these. As
//! confidential as the document.

use serde::{Deserialize, Serialize};

use super::row::{Common, Internal, InternalValues, Public, Row};

/// The first byte. What is packed in another way, or means another thing, has another number: a test
/// holds the bytes of a known record against it. Rows of other numbers are made anew.
const FORMAT: u8 = 2;

/// The common values for the public, where there are any, then those for staff.
#[derive(Serialize)]
struct Writing<'a>(Option<&'a Common>, &'a Common, &'a InternalValues);
#[derive(Deserialize)]
struct Reading(Option<Common>, Common, InternalValues);

/// Packs a record's rows.
pub fn pack(public: Option<&Row<Public>>, internal: &Row<Internal>) -> Vec<u8> {
    let writing = Writing(public.map(|row| &row.common), &internal.common, &internal.extra);
    // Fails only where a buffer ends, and this one grows.
    postcard::to_extend(&writing, vec![FORMAT]).unwrap_or_default()
}

/// The rows of the record with this key. None where they were packed in another way.
pub fn unpack(key: i64, bytes: &[u8]) -> Option<(Option<Row<Public>>, Row<Internal>)> {
    let (&FORMAT, packed) = bytes.split_first()? else { return None };
    let Reading(public, common, extra) = postcard::from_bytes(packed).ok()?;
    let public = public.map(|common| Row { common: Common { key, ..common }, extra: () });
    Some((public, Row { common: Common { key, ..common }, extra }))
}
