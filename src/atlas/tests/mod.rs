//! Every operation against a plain loop over a vector of the same rows, with writes and merges in
//! between, for each kind of reader.

mod desk;
mod expressions;
mod filters;
mod groups;
mod lists;
mod naive;
mod records;

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

use self::desk::check_desk;
use self::filters::filter;
use self::groups::check_groups;
use self::lists::{check_lists, check_tile};
use self::naive::{found, naive, visibilities, visited};
use self::records::{Parts, Record, parts, record};
use super::*;
use crate::domain::actor::Visibility;
use crate::domain::filter::Filter;
use crate::domain::region::Level;
use crate::geography::mercator::{Tile, grid};

fn check(
    atlas: &Atlas,
    records: &BTreeMap<Uuid, Record>,
    filter: &Filter,
    by: &[Dimension],
) -> Result<(), TestCaseError> {
    for visibility in visibilities() {
        let view = atlas.view(visibility.clone()).finding(found(records, filter));
        let view = view.of_visited(visited(records).into());
        let seen = naive(records, &visibility, filter);
        check_groups(&view, filter, &seen, by)?;
        // From the whole square to the village where many are on one point.
        for (z, lon, lat) in [
            (0, 112.7, -7.5),
            (5, 112.7, -7.5),
            (7, 112.4, -7.5),
            (9, 112.72, -7.51),
            (11, 112.722_301_1, -7.507_134_9),
            (14, 112.722_301_1, -7.507_134_9),
        ] {
            let (x, y) = grid(lon, lat);
            let cut = |at: u32| at.checked_shr(32 - u32::from(z)).unwrap_or_default();
            let tile = Tile::new(z, cut(x), cut(y)).expect("a tile");
            if z == 0 {
                let drawn: u32 = view.tile(filter, tile, 6).iter().map(|cell| cell.count).sum();
                prop_assert_eq!(drawn as usize, seen.len());
            } else {
                check_tile(&view, filter, &seen, tile)?;
            }
        }
        let broken: usize =
            view.quality(filter, Level::Regency).values().map(|one| one.records).sum();
        prop_assert_eq!(broken, seen.iter().filter(|seen| seen.extra.is_some()).count());
        check_desk(&view, filter, &seen)?;
        check_lists(&view, filter, seen)?;
    }
    Ok(())
}

/// What happens to the atlas.
#[derive(Debug, Clone)]
enum Step {
    /// Records of these numbers are as they now are, or are gone.
    Write(Vec<(usize, Option<Parts>)>),
    Merge,
    MergeAll,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => vec((0..320_usize, option::weighted(0.8, parts())), 1..40).prop_map(Step::Write),
        1 => Just(Step::Merge),
        1 => Just(Step::MergeAll),
    ]
}

/// What is counted by.
const GROUPS: [&[Dimension]; 10] = [
    &[Dimension::Regency, Dimension::Sector],
    &[Dimension::Kind, Dimension::District, Dimension::WomenLed],
    &[Dimension::Commodity],
    &[],
    &[Dimension::Year, Dimension::Certificate],
    &[Dimension::SizeClass, Dimension::Village],
    &[Dimension::Review, Dimension::Quality],
    &[Dimension::Regency, Dimension::Need, Dimension::Publication],
    &[Dimension::RawMaterial, Dimension::Origin],
    &[Dimension::Practice],
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_operation_equals_a_plain_loop(
        first in vec(parts(), 0..300),
        steps in vec(step(), 0..8),
        filters in vec((filter(), 0..GROUPS.len()), 3),
    ) {
        let mut records: BTreeMap<Uuid, Record> = BTreeMap::new();
        for (number, parts) in first.into_iter().enumerate() {
            let record = record(number, parts);
            records.insert(record.internal.common.id, record);
        }
        let mut builder = Builder::default();
        let internal: Vec<_> = records.values().map(|record| record.internal.clone()).collect();
        let public: Vec<_> = records.values().filter_map(|record| record.public.clone()).collect();
        builder.add(&public, &internal);
        let atlas = builder.build();
        // Everything, and what the filters ask for.
        check(&atlas, &records, &Filter::default(), GROUPS[0])?;
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Merge => atlas.merge(),
                Step::MergeAll => atlas.merge_all(),
                Step::Write(written) => {
                    let (mut public, mut internal, mut ids) = (Vec::new(), Vec::new(), Vec::new());
                    let written: BTreeMap<usize, Option<Parts>> = written.into_iter().collect();
                    for (number, parts) in written {
                        let id = Uuid::from_u128((number as u128 * 7919) % 1009 + 1);
                        ids.push(id);
                        records.remove(&id);
                        let Some(parts) = parts else { continue };
                        let record = record(number, parts);
                        public.extend(record.public.clone());
                        internal.push(record.internal.clone());
                        records.insert(id, record);
                    }
                    atlas.put(&ids, &public, &internal);
                }
            }
            let (filter, by) = &filters[number % filters.len()];
            check(&atlas, &records, filter, GROUPS[*by])?;
        }
        for (filter, by) in &filters {
            check(&atlas, &records, filter, GROUPS[*by])?;
        }
        check(&atlas, &records, &Filter::default(), GROUPS[1])?;
        check(&atlas, &records, &Filter::default(), GROUPS[6])?;
    }
}

/// A merge takes its time: what is written meanwhile stays written.
#[test]
fn what_is_written_during_a_merge_stays() {
    let make = |number: usize, name: usize| {
        let parts = (
            (0, (112.7, -7.5), (112.7, -7.5), name),
            (1, Vec::new(), Vec::new(), Vec::new(), None, 0),
            (false, 0, None, None, None, true),
            (0, 0, None, 0, Vec::new(), 0),
            (None, None),
        );
        record(number, parts)
    };
    let atlas = Atlas::default();
    let put = |numbers: std::ops::Range<usize>, name| {
        let all: Vec<Record> = numbers.map(|number| make(number, name)).collect();
        let ids: Vec<Uuid> = all.iter().map(|record| record.internal.common.id).collect();
        let public: Vec<_> = all.iter().filter_map(|record| record.public.clone()).collect();
        let internal: Vec<_> = all.iter().map(|record| record.internal.clone()).collect();
        atlas.put(&ids, &public, &internal);
    };
    put(0..100, 0);
    std::thread::scope(|scope| {
        let merging = scope.spawn(|| (0..200).for_each(|_| atlas.merge_all()));
        for round in 0..100 {
            put(round..round + 3, 1);
        }
        put(100..102, 1);
        merging.join().expect("merged");
    });
    atlas.merge_all();
    let view = atlas.view(Visibility::Internal { area: None });
    let names = view.names(&Filter::default());
    assert_eq!(names.len(), 102);
    assert!(names.iter().all(|name| name == "Batik sari  B0"), "{names:?}");
}

/// Rows of records that are always the same.
fn known_rows() -> (Vec<Row<Public>>, Vec<Row<Internal>>) {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut public, mut internal) = (Vec::new(), Vec::new());
    for number in 0..60 {
        use proptest::strategy::ValueTree;
        let record = record(number, parts().new_tree(&mut runner).expect("a record").current());
        public.extend(record.public);
        internal.push(record.internal);
    }
    (public, internal)
}

/// A changed hash means that rows of before would be read as something else: give `packed::FORMAT`
/// another number, then put the new hash here.
#[test]
fn packed_rows_are_read_as_they_were_and_those_of_known_records_are_known() {
    let (public, internal) = known_rows();
    let mut sum = crc32fast::Hasher::new();
    for row in &internal {
        let key = row.common.key;
        let shown = public.iter().find(|shown| shown.common.key == key);
        let packed = pack(shown, row);
        let (again, read) = unpack(key, &packed).expect("read");
        assert_eq!((&read.common, &read.extra), (&row.common, &row.extra));
        assert_eq!(again.map(|row| row.common), shown.map(|row| row.common.clone()));
        assert!(unpack(key, &packed[..packed.len() - 1]).is_none());
        assert!(unpack(key, &packed[1..]).is_none());
        sum.update(&packed);
    }
    assert_eq!(format!("{:08x}", sum.finalize()), "ba80a73a");
}

/// A changed hash means that files of before would be read as something else: give `file::FORMAT`
/// another number, then put the new hash here.
#[test]
fn the_file_of_a_known_atlas_is_known() {
    let (public, internal) = known_rows();
    let mut builder = Builder::default();
    builder.add(&public, &internal);
    let atlas = builder.build();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("atlas");
    let stamp = Stamp { log_epoch: "a log".into(), seq: 7 };
    atlas.moment().write(&path, &stamp).expect("written");
    let (read, seq) = Atlas::read(&path, "a log").expect("read");
    let rows = |atlas: &Atlas| (atlas.size().0, atlas.size().1);
    assert_eq!((seq, rows(&read)), (7, rows(&atlas)));
    let again = folder.path().join("again");
    read.moment().write(&again, &stamp).expect("written");
    let bytes = std::fs::read(&path).expect("bytes");
    assert_eq!(bytes, std::fs::read(&again).expect("bytes"));
    // Without the checksum at its end: with it the hash of any file is the same.
    let content = &bytes[..bytes.len() - size_of::<u32>()];
    assert_eq!(format!("{:08x}", crc32fast::hash(content)), "74c7111c");
}
