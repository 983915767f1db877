//! The attacks on counts: every population that would have been published the same, and arithmetic
//! over everything that was.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;

use super::super::cell::{BaseCell, Margin, grid};
use super::super::rounding::{Thresholds, round};
use super::super::{LEAST, SHOWN_FROM};
use super::{Counts, DISTRICTS, basis, cell, counts, published, read_as_exact};

/// Counts as they are shown, those that are hidden as None.
type Seen = Vec<Option<i64>>;

/// What a reader sees of these cells: every count that is told of and holds any of them.
fn seen(cells: &[BaseCell], rounded: &BTreeMap<BaseCell, i64>) -> Seen {
    let margins: BTreeSet<Margin> = cells.iter().flat_map(BaseCell::margins).collect();
    let mut totals: HashMap<Margin, i64> = HashMap::new();
    for (cell, count) in rounded {
        for margin in cell.margins() {
            *totals.entry(margin).or_default() += count;
        }
    }
    let count = |margin| totals.get(margin).copied().filter(|count| *count >= SHOWN_FROM);
    margins.iter().map(count).collect()
}

/// The least and the greatest that a group may have been.
#[derive(Clone, Copy)]
struct Range(i64, i64);

impl Range {
    fn none() -> Self {
        Self(i64::MAX, i64::MIN)
    }

    fn take(&mut self, value: i64) {
        *self = Self(self.0.min(value), self.1.max(value));
    }

    /// Whether it is certain that the group is a small one.
    fn gives_away(self) -> bool {
        let small = i64::from(LEAST) - 1;
        let within = |from: i64, to: i64| self.0 >= from && self.1 <= to;
        within(1, small) || within(-small, -1)
    }
}

/// All ways to fill cells with numbers up to a greatest.
fn fillings(cells: usize, most: u32) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new()];
    for _ in 0..cells {
        let longer = |start: &Vec<u32>| {
            (0..=most).map(|next| [start.as_slice(), &[next]].concat()).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// What every group of cells has of a population.
fn groups(numbers: &[u32]) -> Vec<i64> {
    let of = |group: usize| {
        let members = numbers.iter().enumerate().filter(|(place, _)| group & 1 << place != 0);
        members.map(|(_, number)| i64::from(*number)).sum()
    };
    (1..1_usize << numbers.len()).map(of).collect()
}

/// Tries all pairs of populations: the attacker sees both releases, knows the rules by heart, and
/// knows in advance that a pair is `possible`. Numbers are within the range that rounding stays in.
fn no_pair_gives_anybody_away(
    cells: &[BaseCell],
    most: u32,
    possible: impl Fn(&[u32], &[u32]) -> bool,
) {
    let fillings = fillings(cells.len(), most);
    let firsts: Vec<_> = fillings
        .iter()
        .map(|numbers| {
            let (rounded, thresholds) = round(&counts(cells, numbers), &Thresholds::new());
            (numbers, seen(cells, &rounded), thresholds)
        })
        .collect();
    let many = (1 << cells.len()) - 1;
    let mut found: HashMap<(&Seen, Seen), Vec<[Range; 3]>> = HashMap::new();
    for (first, seen_first, thresholds) in &firsts {
        for second in fillings.iter().filter(|second| possible(first, second)) {
            let (rounded, _) = round(&counts(cells, second), thresholds);
            let key = (seen_first, seen(cells, &rounded));
            let ranges = found.entry(key).or_insert_with(|| vec![[Range::none(); 3]; many]);
            for ((range, one), other) in ranges.iter_mut().zip(groups(first)).zip(groups(second)) {
                range[0].take(one);
                range[1].take(other);
                range[2].take(other - one);
            }
        }
    }
    assert!(found.len() > 3, "the releases tell nothing at all");
    for (key, ranges) in found {
        for (group, range) in ranges.into_iter().enumerate() {
            for (what, range) in ["first", "second", "difference"].into_iter().zip(range) {
                assert!(
                    !range.gives_away(),
                    "{what} of group {:b}: {}..{} from {key:?}",
                    group + 1,
                    range.0,
                    range.1
                );
            }
        }
    }
}

fn three() -> [BaseCell; 3] {
    [cell(DISTRICTS[0], 0, 0, 1), cell(DISTRICTS[0], 1, 0, 3), cell(DISTRICTS[1], 0, 1, 1)]
}

#[test]
fn of_all_small_populations_none_gives_a_small_group_away() {
    no_pair_gives_anybody_away(&three()[..2], 10, |_, _| true);
    no_pair_gives_anybody_away(&three(), 5, |_, _| true);
}

#[test]
fn nor_does_any_to_somebody_who_knows_that_enterprises_were_only_added() {
    let grew = |first: &[u32], second: &[u32]| first.iter().zip(second).all(|(a, b)| a <= b);
    no_pair_gives_anybody_away(&three()[..2], 10, grew);
    no_pair_gives_anybody_away(&three(), 5, grew);
}

#[test]
fn nor_to_somebody_who_knows_that_all_but_one_cell_stayed_as_they_were() {
    let one_changed = |first: &[u32], second: &[u32]| first[1..] == second[1..];
    no_pair_gives_anybody_away(&three()[..2], 10, one_changed);
    no_pair_gives_anybody_away(&three(), 5, one_changed);
}

/// A prime: arithmetic in its field finds what fractions would.
const PRIME: i128 = (1 << 61) - 1;

fn inverse(value: i128) -> i128 {
    let (mut base, mut power, mut result) = (value.rem_euclid(PRIME), PRIME - 2, 1);
    while power > 0 {
        if power & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        power >>= 1;
    }
    result
}

/// Linear equations in echelon form: of each row its leading column, and the right side last.
#[derive(Default)]
struct Equations(Vec<(usize, Vec<i128>)>);

impl Equations {
    /// What is left of a row once all that is known is taken out of it.
    fn reduced(&self, mut row: Vec<i128>) -> Vec<i128> {
        for (lead, known) in &self.0 {
            let factor = row[*lead];
            if factor != 0 {
                for (value, known) in row.iter_mut().zip(known) {
                    *value = (*value - factor * known % PRIME).rem_euclid(PRIME);
                }
            }
        }
        row
    }

    fn add(&mut self, row: Vec<i128>) {
        let mut row = self.reduced(row);
        let unknowns = row.len() - 1;
        let Some(lead) = row[..unknowns].iter().position(|value| *value != 0) else {
            assert_eq!(row[unknowns], 0, "what is published contradicts itself");
            return;
        };
        let factor = inverse(row[lead]);
        for value in &mut row {
            *value = *value * factor % PRIME;
        }
        for (_, known) in &mut self.0 {
            let factor = known[lead];
            for (value, new) in known.iter_mut().zip(&row) {
                *value = (*value - factor * new % PRIME).rem_euclid(PRIME);
            }
        }
        self.0.push((lead, row));
    }

    /// The value of a sum of unknowns, if it follows.
    fn value(&self, sum: &[i128]) -> Option<i128> {
        let mut row = sum.to_vec();
        row.push(0);
        let left = self.reduced(row);
        let (right, unknowns) = left.split_last().expect("a right side");
        if unknowns.iter().any(|value| *value != 0) {
            return None;
        }
        let value = (PRIME - right) % PRIME;
        Some(if value > PRIME / 2 { value - PRIME } else { value })
    }
}

#[test]
fn the_arithmetic_finds_what_hiding_alone_lets_through() {
    // Three and twelve of fifteen, of which only the three are hidden.
    let mut equations = Equations::default();
    equations.add(vec![1, 1, 0, 15]);
    equations.add(vec![0, 1, 0, 12]);
    assert_eq!(equations.value(&[1, 0, 0]), Some(3));
    assert_eq!(equations.value(&[0, 0, 1]), None);
    equations.add(vec![3, 1, 3, 33]);
    assert_eq!(equations.value(&[0, 0, 1]), Some(4));
    assert_eq!(equations.value(&[1, -1, 0]), Some(-9));
}

/// Every set of finest cells that is told of, or is one of them, as a row of ones and zeros.
fn targets(cells: &[BaseCell]) -> BTreeMap<Margin, Vec<i128>> {
    let mut rows: BTreeMap<Margin, Vec<i128>> = BTreeMap::new();
    for (place, cell) in cells.iter().enumerate() {
        for margin in cell.margins() {
            rows.entry(margin).or_insert_with(|| vec![0; cells.len()])[place] = 1;
        }
    }
    rows
}

/// What follows from the published counts of a release: of each cell, told of or not.
fn what_follows(cells: &[BaseCell], counts: &Counts, inherited: &Thresholds) -> Vec<Option<i128>> {
    let (release, _) = published(counts, inherited);
    let rows = targets(cells);
    let mut equations = Equations::default();
    for region in &basis().regions {
        let told = release.count(region.code.as_str(), |_| true);
        for (margin, told) in grid(&region.code).into_iter().zip(told) {
            let Some(count) = told.count else { continue };
            let mut row = rows.get(&margin).expect("what is shown has cells").clone();
            row.push(count.into());
            equations.add(row);
        }
    }
    let single = |place: usize| {
        let mut row = vec![0; cells.len()];
        row[place] = 1;
        row
    };
    let all = rows.into_values().chain((0..cells.len()).map(single));
    all.map(|row| equations.value(&row)).collect()
}

/// A population of some of these cells.
fn populations() -> impl Strategy<Value = (Vec<BaseCell>, Vec<u32>, Vec<u32>)> {
    let one = (0..4_usize, 0..3_u8, 0..2_u8, 1..8_u8)
        .prop_map(|(place, sector, size, kinds)| cell(DISTRICTS[place], sector, size, kinds));
    let number = || prop_oneof![3 => 0..6_u32, 1 => 0..40_u32];
    proptest::collection::btree_set(one, 1..24).prop_flat_map(move |cells| {
        let many = cells.len();
        let numbers = || proptest::collection::vec(number(), many);
        (Just(cells.into_iter().collect::<Vec<_>>()), numbers(), numbers())
    })
}

fn small(value: i128) -> bool {
    value != 0 && value.abs() < i128::from(LEAST)
}

proptest! {
    #[test]
    fn no_arithmetic_over_two_releases_finds_a_cell_under_five(
        (cells, first, second) in populations()
    ) {
        let (first, second) = (counts(&cells, &first), counts(&cells, &second));
        let (_, thresholds) = published(&first, &Thresholds::new());
        let one = what_follows(&cells, &first, &Thresholds::new());
        let other = what_follows(&cells, &second, &thresholds);
        for (one, other) in one.into_iter().zip(other) {
            prop_assert!(!one.is_some_and(small) && !other.is_some_and(small));
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!(!small(other - one), "{one} and {other}");
            }
        }
    }

    /// The reason why no attack works: this population has no small group and is published the same.
    #[test]
    fn what_is_published_read_as_exact_would_be_published_the_same(
        (cells, first, second) in populations()
    ) {
        let (first, second) = (counts(&cells, &first), counts(&cells, &second));
        let none = Thresholds::new();
        let (release, thresholds) = published(&first, &none);
        let exact = read_as_exact(&first, &none);
        let (again, exact_thresholds) = published(&exact, &none);
        prop_assert_eq!(&release, &again);
        prop_assert!(exact.values().all(|count| count % 5 == 0));
        let next = read_as_exact(&second, &thresholds);
        let (release, _) = published(&second, &thresholds);
        let (again, _) = published(&next, &exact_thresholds);
        prop_assert_eq!(release, again);
        // What is known of growth and of standing still holds for it as well.
        for cell in &cells {
            let before_and_after = |one: &Counts, other: &Counts| {
                let number = |counts: &Counts| counts.get(cell).copied().unwrap_or_default();
                number(one).cmp(&number(other))
            };
            let truth = before_and_after(&first, &second);
            let read = before_and_after(&exact, &next);
            prop_assert!(read == truth || read.is_eq(), "{truth:?} {read:?}");
        }
    }
}
