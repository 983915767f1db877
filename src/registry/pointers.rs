//! What a document points at: a cooperative, a sentra, the subject of an observation. One that the
//! reader may not see is to them as if it were not there: the public tier does not name it, no
//! filter finds by it, no draft may point at it.

use std::collections::HashSet;

use uuid::Uuid;

use super::RegistryError;
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Visibility, Whose};
use crate::domain::cooperative::Cooperative;
use crate::domain::document::Document;

/// Those of these records and documents that somebody sees in any tier.
pub(super) fn visible(
    connection: &mut AnyConnection,
    visibility: &Visibility,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashSet<Uuid>, RegistryError> {
    let ids: HashSet<String> = ids.into_iter().map(|id| id.to_string()).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<String> = ids.into_iter().collect();
    let held = db::documents::held(connection, &ids)?;
    let seen = held.into_iter().filter_map(|held| {
        let id: Uuid = held.id.parse().ok()?;
        let region = held.responsible_region.parse().ok()?;
        let cooperative = (held.entity == Cooperative::ENTITY).then_some(id);
        let whose = Whose { cooperative, ..Whose::of_region(&region) };
        (held.published || visibility.sees_internal(whose)).then_some(id)
    });
    Ok(seen.collect())
}
