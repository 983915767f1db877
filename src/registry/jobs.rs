//! Work that takes longer than a transaction: killed in the middle, it goes on where it was.

use serde::Serialize;

use super::writing::new_id;
use super::{Registry, RegistryError};
use crate::db::{self, jobs::JobRow};

impl Registry {
    /// The job of a kind with these parameters that is not done yet, or a new one that has counted
    /// nothing.
    pub(super) fn job(
        &self,
        kind: &str,
        parameters: &impl Serialize,
        counts: &impl Serialize,
    ) -> Result<JobRow, RegistryError> {
        let (parameters, counts) =
            (serde_json::to_string(parameters)?, serde_json::to_string(counts)?);
        self.db.write(|tx| {
            if let Some(job) = db::jobs::unfinished(tx, kind, &parameters)? {
                return Ok(job);
            }
            let now = self.clock.now();
            let job = JobRow {
                id: new_id(now).to_string(),
                kind: kind.to_owned(),
                parameters,
                cursor: String::new(),
                state: db::jobs::UNFINISHED.to_owned(),
                counts,
                started_at: now.naive_utc(),
                updated_at: now.naive_utc(),
            };
            db::jobs::insert(tx, &job)?;
            Ok(job)
        })
    }
}
