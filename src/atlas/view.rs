//! The two audiences joined as one actor may see them.

use std::sync::Arc;

use super::row::{Audience, Internal, Public};
use super::scan::{Part, Stretch, scan, stretches};
use super::snapshot::Snapshot;
use super::test::{Test, Theirs};
use crate::domain::actor::{Visibility, Whose};
use crate::domain::filter::Filter;
use crate::geography::mercator::{self, Tile};
use crate::geography::{Shape, cover};
use crate::search::{Asked, Found, KeySet};

/// The whole square.
pub const WORLD: Tile = Tile { z: 0, x: 0, y: 0 };

/// What an actor may ask of: internal rows inside their area, public rows elsewhere.
pub struct View {
    visibility: Visibility,
    public: Arc<Snapshot<Public>>,
    /// None for those who see nothing internal: their questions cannot reach it.
    internal: Option<Arc<Snapshot<Internal>>>,
    /// What the words of the filter find; without it they find nothing.
    pub(super) found: Option<Found>,
    /// What was visited in the campaigns of the filter; without it there was nothing.
    visited: Option<Arc<KeySet>>,
}

/// A record as the atlas knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    pub updated_at_micros: i64,
    pub lon: f64,
    pub lat: f64,
    /// The cooperative and the sentra that it names.
    pub pointers: [Option<uuid::Uuid>; 2],
}

/// A filter made ready for each audience that is asked.
pub struct Tests {
    internal: Option<Test>,
    public: Option<Test>,
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
        Self { visibility, public, internal, found: None, visited: None }
    }

    /// Answers a filter whose words find this.
    #[must_use]
    pub fn finding(self, found: Found) -> Self {
        Self { found: Some(found), ..self }
    }

    /// Answers a filter in whose campaigns these were visited.
    #[must_use]
    pub fn of_visited(self, visited: Arc<KeySet>) -> Self {
        Self { visited: Some(visited), ..self }
    }

    /// Keys of the records that were visited in the campaigns of a filter.
    fn visited(&self, filter: &Filter) -> Option<(Arc<KeySet>, bool)> {
        let asked = !filter.internal.campaigns.is_empty();
        asked.then(|| (self.visited.clone().unwrap_or_default(), true))
    }

    /// The words that it answers, as they were taken.
    pub fn asked(&self) -> Option<&Asked> {
        self.found.as_ref().map(|found| &found.asked)
    }

    /// Keys of the records that the words of a filter find, by what that audience may know of them.
    fn found(&self, filter: &Filter, internal: bool) -> Option<(Arc<KeySet>, bool)> {
        if filter.public.words.is_empty() {
            return None;
        }
        let keys = self.found.as_ref().and_then(|found| found.keys(internal));
        Some((keys.unwrap_or_default(), true))
    }

    /// Makes a filter ready: whose rows count is part of each test.
    pub fn tests(&self, filter: &Filter) -> Tests {
        let own = self.own().map(Arc::new);
        let sees = &self.visibility;
        let internal = self.internal.as_ref().map(|snapshot| {
            let mut test = Test::new(filter, &snapshot.values, &Theirs::Inside(sees))
                .internal(filter, &snapshot.values);
            test.keys.extend(own.clone().map(|own| (own, true)));
            test.keys.extend(self.found(filter, true));
            test.keys.extend(self.visited(filter));
            test
        });
        let public = (!sees.is_unbounded()).then(|| {
            let values = &self.public.values;
            let mut test = Test::new(filter, values, &Theirs::Outside(sees)).public(filter);
            test.keys.extend(own.map(|own| (own, false)));
            test.keys.extend(self.found(filter, false));
            test
        });
        Tests { internal, public }
    }

    /// The segments to be asked, each with its test.
    pub fn parts<'a>(&'a self, tests: &'a Tests) -> Vec<Part<'a>> {
        let mut all = self.internal_parts(tests);
        if let Some(test) = &tests.public {
            all.extend(parts(&self.public, test));
        }
        all
    }

    /// Those of the internal audience alone.
    pub fn internal_parts<'a>(&'a self, tests: &'a Tests) -> Vec<Part<'a>> {
        match (&self.internal, &tests.internal) {
            (Some(snapshot), Some(test)) => parts(snapshot, test),
            _ => Vec::new(),
        }
    }

    /// Keys of the records that are the actor's own: who made a record is internal, so that a
    /// public row does not tell.
    fn own(&self) -> Option<KeySet> {
        let (Visibility::Own { .. }, Some(internal)) = (&self.visibility, &self.internal) else {
            return None;
        };
        let values = &internal.values;
        let nowhere: crate::domain::region::RegionCode =
            values.places.get(0).map(|place| place.responsible.clone())?;
        let whose = |author: Option<&str>, cooperative| {
            let whose = Whose { author, cooperative, ..Whose::of_region(&nowhere) };
            self.visibility.sees_internal(whose)
        };
        let authors: Vec<bool> =
            values.authors.iter().map(|author| whose(author.as_deref(), None)).collect();
        let members: Vec<bool> =
            values.members.iter().map(|member| whose(None, member.cooperative)).collect();
        let mut own = KeySet::default();
        for live in &internal.live {
            let (columns, extra) = (&live.segment.columns.plain, &live.segment.extra.plain);
            for row in 0..columns.key.len() {
                let theirs =
                    authors[extra.author[row] as usize] || members[columns.member[row] as usize];
                // What was theirs before it was written anew may be so no more.
                if theirs && !live.dead.has(row) {
                    own.insert(i64::from(columns.key[row]));
                }
            }
        }
        Some(own)
    }

    /// What an audience's row of a record says; None where there is none.
    pub fn known(&self, internal: bool, key: i64) -> Option<Known> {
        let key = u32::try_from(key).ok()?;
        if internal { known(self.internal.as_ref()?, key) } else { known(&self.public, key) }
    }

    /// How many records pass.
    pub fn count(&self, filter: &Filter) -> usize {
        let tests = self.tests(filter);
        let parts = self.parts(&tests);
        let shapes = filter.public.shapes();
        let open = stretches(&parts, &cover(WORLD, &shapes));
        count(&parts, &open, &shapes)
    }

    /// The same, and of how many of them the internal tier is told.
    pub fn count_by_tier(&self, filter: &Filter) -> (usize, usize) {
        let tests = self.tests(filter);
        let (parts, internal) = (self.parts(&tests), self.internal_parts(&tests));
        let shapes = filter.public.shapes();
        let runs = cover(WORLD, &shapes);
        let of = |parts: &[Part]| count(parts, &stretches(parts, &runs), &shapes);
        (of(&parts), of(&internal))
    }

    /// Keys of the records that pass, in the order of the curve.
    pub fn keys(&self, filter: &Filter) -> Vec<i64> {
        self.rows(filter, |part, row| i64::from(part.columns.plain.key[row]))
    }

    /// Names of the records that pass, in the order of the curve.
    pub fn names(&self, filter: &Filter) -> Vec<String> {
        self.rows(filter, |part, row| part.columns.names.get(row, &part.values.words))
    }

    fn rows<T>(&self, filter: &Filter, of: impl Fn(&Part, usize) -> T) -> Vec<T> {
        let tests = self.tests(filter);
        let parts = self.parts(&tests);
        let shapes = filter.public.shapes();
        let open = stretches(&parts, &cover(WORLD, &shapes));
        let mut rows: Vec<(u64, u32, u32)> = scan(
            &parts,
            &open,
            &shapes,
            |rows: &mut Vec<(u64, u32, u32)>, found| {
                let at = |row| {
                    let code = found.part.columns.morton(row);
                    (code, super::segment::number(found.of), super::segment::number(row))
                };
                rows.extend(found.rows().map(at));
            },
            Extend::extend,
        );
        let id = |row: &(u64, u32, u32)| parts[row.1 as usize].id(row.2 as usize);
        rows.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a).cmp(&id(b))));
        rows.into_iter().map(|(_, at, row)| of(&parts[at as usize], row as usize)).collect()
    }
}

fn known<A: Audience>(snapshot: &Snapshot<A>, key: u32) -> Option<Known> {
    snapshot.live.iter().find_map(|live| {
        let row = live.segment.row_of(key).filter(|row| !live.dead.has(*row))?;
        let plain = &live.segment.columns.plain;
        let (lon, lat) = mercator::position(plain.x[row], plain.y[row]);
        let member = snapshot.values.members.get(plain.member[row] as usize)?;
        Some(Known {
            updated_at_micros: plain.updated[row],
            lon,
            lat,
            pointers: [member.cooperative, member.sentra],
        })
    })
}

/// How many rows pass. Known beforehand where nothing but being active is asked.
pub fn count(parts: &[Part], open: &[Stretch], shapes: &[Shape]) -> usize {
    let known = shapes.is_empty() && parts.iter().all(|part| part.test.is_default());
    if known {
        return parts.iter().map(|part| part.active).sum();
    }
    let visit = |count: &mut usize, found: &super::scan::Found| *count += found.count();
    scan(parts, open, shapes, visit, |count, more| *count += more)
}

fn parts<'a, A: Audience>(snapshot: &'a Snapshot<A>, test: &'a Test) -> Vec<Part<'a>> {
    use super::columns::ExtraColumns;
    let part = |live: &'a super::snapshot::Live<A>| Part {
        columns: &live.segment.columns,
        inner: live.segment.extra.internal(),
        by_name: live.segment.by_name(),
        blocks: &live.segment.blocks,
        pyramid: &live.segment.pyramid,
        dead: &live.dead,
        active: live.active,
        test,
        values: &snapshot.values,
        ids: &snapshot.ids,
    };
    snapshot.live.iter().map(part).collect()
}
