//! What the search indexes of a database answer, and how fast: `cargo bench --bench search --
//! sqlite:///path/to/sentra.db`. The indexes beside it are made if they are not there. Every
//! question is asked of indexes that keep no answer, then again.

use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use sentra::domain::actor::{Actor, Visibility};
use sentra::registry::{Clock, Registry, RegistryError};
use sentra::search::{Folder, Search, version};

const QUERIES: [&str; 12] = [
    "b",
    "batik",
    "kabupaten",
    "sepatu kulit",
    "batik pamekasan",
    "siti",
    "tas sidoarjo",
    "jaya",
    "kerupk",
    "sidoarj kabupatn",
    "usaha keripik singkong",
    "makmur sentosa",
];
const AGAIN: usize = 20;

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at =
        |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    format!("p50 {:8.3} ms   p99 {:8.3} ms", at(50), at(99))
}

fn resident_mb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name| status.lines().find_map(|line: &str| line.strip_prefix(name));
    let kb = line("VmRSS:").and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok());
    kb.unwrap_or_default() / 1024
}

fn main() -> Result<(), RegistryError> {
    let database = std::env::args().find(|argument| argument.contains("://"));
    let Some(database) = database else {
        eprintln!("give a database: sqlite:///path/to/sentra.db");
        return Ok(());
    };
    let db = Db::open(&database)?;
    let registry = Registry::open_without_projections(db.clone(), Clock::system())?;
    let reference = registry.reference();
    let log_epoch = db.read(db::log::epoch)?.ok_or(RegistryError::NotSeeded)?;
    let seq = db.read(db::log::last_seq)?;
    let started = Instant::now();
    let (search, filled) = sentra::registry::finding::open(&db, &reference, seq)?;
    if !filled {
        sentra::registry::finding::fill(&search, &db, &reference, &|_| {})?;
    }
    println!(
        "opened or made in {:.2} s, {} MB resident",
        started.elapsed().as_secs_f64(),
        resident_mb()
    );
    let path = search.folder().to_owned();
    drop(search);
    let area = |code: &str| Visibility::Internal { area: code.parse().ok() };
    let everywhere = Actor::Operator.visibility();
    for (name, visibility) in
        [("public", Visibility::Public), ("internal", everywhere), ("35.15", area("35.15"))]
    {
        for ranked in [false, true] {
            let (mut first, mut again) = (Vec::new(), Vec::new());
            for _ in 0..AGAIN {
                let folder =
                    Folder::take(Some(&path)).map_err(sentra::search::SearchError::from)?;
                let opened = Search::open(folder, version(&reference), log_epoch.clone(), seq)?;
                for query in QUERIES {
                    let words: Vec<String> = query.split(' ').map(str::to_owned).collect();
                    for times in [&mut first, &mut again] {
                        let started = Instant::now();
                        opened.0.find(&visibility, &words, None, ranked)?;
                        times.push(started.elapsed());
                    }
                }
            }
            let order = if ranked { "by relevance" } else { "keys" };
            println!(
                "{name:8} {order:12} first {}   kept {}",
                percentiles(first),
                percentiles(again)
            );
        }
    }
    let folder = Folder::take(Some(&path)).map_err(sentra::search::SearchError::from)?;
    let search = Search::open(folder, version(&reference), log_epoch, seq)?.0;
    for query in QUERIES {
        let words: Vec<String> = query.split(' ').map(str::to_owned).collect();
        let started = Instant::now();
        let found = search.find(&Visibility::Public, &words, None, false)?;
        let count = (0..20_000_000).filter(|key| found.contains(*key, false)).count();
        let typos = found.asked.typos();
        let took = started.elapsed();
        println!(
            "{query:24} {count:8} records, typos {typos:b} ({} ms with counting)",
            took.as_millis()
        );
    }
    println!("{} MB resident at the end", resident_mb());
    Ok(())
}
