//! Finds the duplicates of a set as the registry does, and says how well: precision and recall by
//! threshold.

#![expect(clippy::cast_precision_loss, reason = "counts of records")]

use std::collections::{BTreeMap, HashMap, HashSet};

use sentra::domain::duplicate::{
    CROWDED, Rarity, Sketch, Traits, blocks, compare, is_weak, points_around,
};

use crate::planted::Planted;

/// A point of the curve.
pub struct At {
    pub threshold: u8,
    pub precision: f64,
    pub recall: f64,
    pub found: usize,
}

/// What became of a set.
pub struct Outcome {
    pub curve: Vec<At>,
    /// Pairs that were compared.
    pub compared: usize,
    /// Blocks of all records.
    pub blocks: usize,
    /// Duplicates that were never compared.
    pub unmet: usize,
    /// Scores of pairs, the wrongly taken and the missed ones, worst first.
    pub scores: HashMap<(usize, usize), u8>,
}

pub fn evaluate(planted: &Planted) -> Outcome {
    let traits: Vec<Traits> =
        planted.drafts.iter().map(|draft| Traits::of(draft, Vec::new())).collect();
    let mut rarity = Rarity::default();
    // As the registry does: from a part of it.
    for one in traits.iter().step_by(5) {
        rarity.add(one.words());
    }
    let sketches: Vec<Sketch> = traits.iter().map(Sketch::of).collect();
    let mut members: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut scores: HashMap<(usize, usize), u8> = HashMap::new();
    let mut of_all = 0;
    let mut met: HashSet<(usize, usize)> = HashSet::new();
    for (place, one) in traits.iter().enumerate() {
        let own = blocks(one);
        of_all += own.len();
        for (block, stands) in own
            .into_iter()
            .map(|block| (block, true))
            .chain(points_around(one).into_iter().map(|block| (block, false)))
        {
            let others = members.entry(block).or_default();
            if others.len() >= CROWDED {
                continue;
            }
            for other in &*others {
                if !is_weak(block) || sketches[place].may_be(sketches[*other]) {
                    met.insert((*other, place));
                }
            }
            if stands {
                others.push(place);
            }
        }
    }
    for (one, two) in &met {
        scores.insert((*one, *two), compare(&traits[*one], &traits[*two], &rarity).score);
    }
    let mut right: BTreeMap<u8, usize> = BTreeMap::new();
    let mut wrong: BTreeMap<u8, usize> = BTreeMap::new();
    for (pair, score) in &scores {
        let side = if planted.pairs.contains(pair) { &mut right } else { &mut wrong };
        *side.entry(*score).or_default() += 1;
    }
    let above =
        |side: &BTreeMap<u8, usize>, from: u8| side.range(from..).map(|(_, n)| n).sum::<usize>();
    let curve = (40..=100).step_by(2).map(|threshold| {
        let (hits, misses) = (above(&right, threshold), above(&wrong, threshold));
        At {
            threshold,
            precision: hits as f64 / (hits + misses).max(1) as f64,
            recall: hits as f64 / planted.pairs.len() as f64,
            found: hits + misses,
        }
    });
    let unmet = planted.pairs.iter().filter(|pair| !met.contains(pair)).count();
    Outcome { curve: curve.collect(), compared: met.len(), blocks: of_all, unmet, scores }
}
