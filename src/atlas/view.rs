//! The two audiences joined as one actor may see them.

use std::collections::HashSet;
use std::sync::Arc;

use super::row::{Audience, Common, Internal, Public, Row};
use super::snapshot::Snapshot;
use crate::domain::actor::{Visibility, Whose};
use crate::domain::filter::Filter;
use crate::search::{Asked, Found};

/// What an actor may ask of: internal rows inside their area, public rows elsewhere.
pub struct View {
    visibility: Visibility,
    public: Arc<Snapshot<Public>>,
    /// None for those who see nothing internal: their questions cannot reach it.
    internal: Option<Arc<Snapshot<Internal>>>,
    /// What the words of the filter find; without it they find nothing.
    pub(super) found: Option<Found>,
}

impl View {
    pub fn new(
        visibility: Visibility,
        public: Arc<Snapshot<Public>>,
        internal: impl FnOnce() -> Arc<Snapshot<Internal>>,
    ) -> Self {
        let internal = match &visibility {
            Visibility::Public => None,
            Visibility::Internal { .. } | Visibility::Own { .. } => Some(internal()),
        };
        Self { visibility, public, internal, found: None }
    }

    /// Answers a filter whose words find this.
    #[must_use]
    pub fn finding(self, found: Found) -> Self {
        Self { found: Some(found), ..self }
    }

    /// The words that it answers, as they were taken.
    pub fn asked(&self) -> Option<&Asked> {
        self.found.as_ref().map(|found| &found.asked)
    }

    fn passes<A: Audience>(&self, row: &Row<A>, filter: &Filter) -> bool {
        let Common { key, internal, .. } = row.common;
        let found = || self.found.as_ref().is_some_and(|found| found.contains(key, internal));
        row.passes(filter) && (filter.public.words.is_empty() || found())
    }

    /// The rows that pass, in the order of the curve.
    pub fn matching(&self, filter: &Filter) -> Vec<&Common> {
        self.matching_in(filter, (0, u64::MAX))
    }

    /// The rows in a run of the curve that pass, in its order.
    pub fn matching_in(&self, filter: &Filter, (first, last): (u64, u64)) -> Vec<&Common> {
        let mut found: Vec<&Common> = Vec::new();
        if let Some(internal) = &self.internal {
            let rows = internal.range(first, last).iter();
            let mine = rows.filter(|row| self.visibility.sees_internal(row.whose()));
            found.extend(mine.filter(|row| self.passes(row, filter)).map(|row| &row.common));
        }
        let whole_province = self.visibility.is_unbounded();
        if !whole_province {
            let own = self.own();
            let rows = self.public.range(first, last).iter();
            let others = rows.filter(|row| {
                let whose = Whose::of_region(&row.common.responsible_region);
                !self.visibility.sees_internal(whose) && !own.contains(&row.common.key)
            });
            found.extend(others.filter(|row| self.passes(row, filter)).map(|row| &row.common));
        }
        if self.internal.is_some() && !whole_province {
            found.sort_unstable_by_key(|common| (common.morton, common.key));
        }
        found
    }

    /// Keys of the records that are the actor's own: who made a record is internal, so that a
    /// public row does not tell.
    fn own(&self) -> HashSet<i64> {
        match (&self.visibility, &self.internal) {
            (Visibility::Own { .. }, Some(internal)) => {
                let rows = internal.rows().iter();
                let own = rows.filter(|row| self.visibility.sees_internal(row.whose()));
                own.map(|row| row.common.key).collect()
            }
            _ => HashSet::new(),
        }
    }

    /// The internal rows that pass, for those who see some.
    pub fn internal(&self, filter: &Filter) -> Vec<&Row<Internal>> {
        let Some(internal) = &self.internal else { return Vec::new() };
        let mine = internal.rows().iter().filter(|row| self.visibility.sees_internal(row.whose()));
        mine.filter(|row| self.passes(row, filter)).map(AsRef::as_ref).collect()
    }
}
