//! All rows of one audience at one moment, in the order of the curve.

use std::collections::HashSet;
use std::sync::Arc;

use uuid::Uuid;

use super::row::{Audience, Row};

/// Rows sorted by Morton code, then key. Immutable: [`Snapshot::with`] makes the next one.
pub struct Snapshot<A: Audience> {
    rows: Vec<Arc<Row<A>>>,
}

impl<A: Audience> Default for Snapshot<A> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

impl<A: Audience> Snapshot<A> {
    pub fn new(rows: Vec<Row<A>>) -> Self {
        let mut rows: Vec<Arc<Row<A>>> = rows.into_iter().map(Arc::new).collect();
        rows.sort_unstable_by_key(order);
        Self { rows }
    }

    /// The next snapshot: the rows of `changed` are taken out, those that still are come in anew.
    #[must_use]
    pub fn with(&self, changed: &HashSet<Uuid>, rows: Vec<Row<A>>) -> Self {
        let added = Self::new(rows);
        let mut next = Vec::with_capacity(self.rows.len() + added.rows.len());
        let mut added = added.rows.into_iter().peekable();
        for row in self.rows.iter().filter(|row| !changed.contains(&row.common.id)) {
            while let Some(new) = added.next_if(|new| order(new) < order(row)) {
                next.push(new);
            }
            next.push(row.clone());
        }
        next.extend(added);
        Self { rows: next }
    }

    /// All rows in the order of the curve.
    pub fn rows(&self) -> &[Arc<Row<A>>] {
        &self.rows
    }

    /// The rows of a run of the curve, both ends included.
    pub fn range(&self, first: u64, last: u64) -> &[Arc<Row<A>>] {
        let start = self.rows.partition_point(|row| row.common.morton < first);
        let end = self.rows.partition_point(|row| row.common.morton <= last);
        &self.rows[start..end]
    }
}

fn order<A: Audience>(row: &Arc<Row<A>>) -> (u64, i64) {
    (row.common.morton, row.common.key)
}
