//! How well duplicates are found: `cargo bench --bench duplicates -- [ROWS] [SEED]…` prints the
//! curve of precision and recall over thresholds, for each seed. Weights were tuned on seed 1.

#![expect(clippy::cast_precision_loss, reason = "counts of records")]

#[path = "../tests/planted/curve.rs"]
mod curve;
#[path = "../tests/planted/mod.rs"]
mod planted;

use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let rows = usize::try_from(arguments.next().unwrap_or(100_000)).expect("a number of rows");
    let mut seeds: Vec<u64> = arguments.collect();
    if seeds.is_empty() {
        seeds = vec![2];
    }
    for seed in seeds {
        let set = planted::planted(rows, seed);
        let started = Instant::now();
        let found = curve::evaluate(&set);
        println!(
            "seed {seed}: {rows} records, {} planted; {:.1} % of a city's share a name; {:.1} blocks a record, {:.2} compared a record, {} never met; {:.0} records/s",
            set.pairs.len(),
            planted::collisions(&set) * 100.0,
            found.blocks as f64 / rows as f64,
            found.compared as f64 / rows as f64,
            found.unmet,
            rows as f64 / started.elapsed().as_secs_f64(),
        );
        println!("threshold  precision  recall  found");
        for at in &found.curve {
            println!("{:9}  {:9.4}  {:6.4}  {:5}", at.threshold, at.precision, at.recall, at.found);
        }
        if std::env::var("SENTRA_SHOW_ERRORS").is_ok() {
            show_errors(&set, &found);
        }
    }
}

/// The wrongly taken with the highest scores, and the missed with the lowest.
fn show_errors(set: &planted::Planted, found: &curve::Outcome) {
    let told = |place: usize| {
        let draft = &set.drafts[place];
        let owners: Vec<&str> = draft.owners.iter().map(|owner| owner.name.as_str()).collect();
        format!(
            "{} / {owners:?} / {:?} / {:?} / phone {:?} nib {}",
            draft.name,
            draft.commodities,
            draft.region.as_ref().map(ToString::to_string),
            draft.owners.first().and_then(|owner| owner.phone.as_deref()),
            draft.nib.is_some(),
        )
    };
    let mut wrong: Vec<_> =
        found.scores.iter().filter(|(pair, _)| !set.pairs.contains(pair)).collect();
    wrong.sort_by_key(|(_, score)| std::cmp::Reverse(**score));
    for ((one, two), score) in wrong.into_iter().take(25) {
        println!("WRONG {score}\n  {}\n  {}", told(*one), told(*two));
    }
    let mut missed: Vec<_> = set
        .pairs
        .iter()
        .map(|pair| (pair, found.scores.get(pair).copied().unwrap_or_default()))
        .collect();
    missed.sort_by_key(|(pair, score)| (*score, **pair));
    for ((one, two), score) in missed.into_iter().step_by(15).take(30) {
        println!("MISSED {score}\n  {}\n  {}", told(*one), told(*two));
    }
}
