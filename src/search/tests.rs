//! The indexes against a scan over the same texts: any records, any words, any order of changes
//! and commits.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::engine::{Noted, Search};
use super::entry::{Entry, author_term, cooperative_term, region_term};
use super::folder::Folder;
use super::segment::Scope;
use super::text::{Asked, searchable};
use crate::domain::actor::Visibility;

const COOPERATIVE: uuid::Uuid = uuid::Uuid::from_u128(7);
const REGIONS: [&str; 3] = ["35.15", "35.76", "35.1"];

/// What is done to the indexes.
#[derive(Debug, Clone)]
enum Step {
    Note { key: i64, public: Option<Entry>, internal: Option<Entry> },
    Commit,
    Reopen,
}

/// Few letters, so that words begin alike and are within a typo of each other.
fn word() -> impl Strategy<Value = String> {
    "[ab]{1,3}|[abc]{4,6}|[ab]{8,9}|[a-z]{5}|ñé"
}

fn words(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), count).prop_map(|words| words.join(" "))
}

fn entries() -> impl Strategy<Value = (Entry, Entry)> {
    let whose = (0..REGIONS.len(), any::<bool>(), any::<bool>());
    (words(1..4), words(0..3), words(1..3), whose).prop_map(|(name, product, owner, whose)| {
        let (region, own, member) = whose;
        let fold = crate::domain::text::fold;
        let entry = |texts: &[&str], whose: Vec<String>| Entry {
            text: searchable(texts.iter().copied(), []),
            name: fold(&name).into(),
            products: vec![fold(&product).into()],
            whose: whose.into_iter().map(Into::into).collect(),
        };
        let mut terms = vec![region_term(REGIONS[region])];
        terms.extend(own.then(|| author_term("a@b.id")));
        terms.extend(member.then(|| cooperative_term(&COOPERATIVE.to_string())));
        let internal = entry(&[&name, &product, &owner], terms);
        (entry(&[&name, &product], Vec::new()), internal)
    })
}

fn step() -> impl Strategy<Value = Step> {
    let note = (1_i64..40, entries(), 0..4).prop_map(|(key, (public, internal), how)| Step::Note {
        key,
        public: (how > 1).then_some(public),
        internal: (how > 0).then_some(internal),
    });
    prop_oneof![8 => note, 2 => Just(Step::Commit), 1 => Just(Step::Reopen)]
}

fn visibilities() -> [Visibility; 5] {
    let area = |code: &str| Visibility::Internal { area: code.parse().ok() };
    let own = |cooperative| Visibility::Own { author: "a@b.id".into(), cooperative };
    let all = Visibility::Internal { area: None };
    [Visibility::Public, all, area("35.15"), own(None), own(Some(COOPERATIVE))]
}

/// Whether each word begins a word of the text, in plain words.
fn matches(text: &str, asked: &[String]) -> bool {
    asked.iter().all(|asked| text.split(' ').any(|word| word.starts_with(asked.as_str())))
}

type Model = BTreeMap<i64, (Option<Entry>, Option<Entry>)>;

fn open(folder: &std::path::Path, seq: i64) -> (Search, bool) {
    let folder = Folder::take(Some(folder)).expect("a folder");
    Search::open(folder, "1".into(), "epoch".into(), seq).expect("an index")
}

fn check(search: &Search, model: &Model, visibility: &Visibility, asked: &[String]) {
    let scope = Scope::internal(visibility);
    let (public, internal) = match visibility {
        Visibility::Public => (true, false),
        Visibility::Internal { area: None } => (false, true),
        _ => (true, true),
    };
    // What of all records is looked at, and what of it they may know of.
    let sides = |wanted: [bool; 2]| {
        model.iter().flat_map(move |(key, (public, internal))| {
            let public = public.as_ref().filter(|_| wanted[0]).map(|entry| (*key, false, entry));
            let internal = internal.as_ref().filter(|_| wanted[1]).map(|entry| (*key, true, entry));
            public.into_iter().chain(internal)
        })
    };
    let mut typos = 0;
    for (place, word) in asked.iter().enumerate() {
        let one = std::slice::from_ref(word);
        let known = sides([public, internal])
            .filter(|(_, internal, entry)| !internal || scope.sees(&entry.whose))
            .any(|(_, _, entry)| matches(&entry.text, one));
        typos |= u32::from(!known) << place;
    }
    let found = search.find(visibility, asked, None, true).expect("an answer");
    let expected = Asked::new(asked, typos);
    assert_eq!(found.asked, expected, "{visibility:?}");
    for (key, internal, entry) in sides([public, internal]) {
        let finds = expected.matches(&entry.text);
        if expected.typos() == 0 {
            assert_eq!(finds, matches(&entry.text, asked));
        }
        assert_eq!(found.contains(key, internal), finds, "{asked:?} in {:?}", entry.text);
        if finds {
            let rank = expected.rank(&entry.name, &entry.text);
            assert_eq!(found.rank(key, internal), rank, "{asked:?} in {:?}", entry.text);
        }
    }
    for key in 0..50 {
        let entries = model.get(&key);
        assert!(entries.is_some_and(|(public, _)| public.is_some()) || !found.contains(key, false));
        let there = entries.is_some_and(|(_, internal)| internal.is_some());
        assert!(there || !found.contains(key, true));
    }
    let all = search.find(visibility, asked, Some(u32::MAX), false).expect("an answer");
    let nearly = Asked::new(asked, u32::MAX);
    for (key, internal, entry) in sides([public, internal]) {
        let finds = nearly.matches(&entry.text);
        assert_eq!(all.contains(key, internal), finds, "nearly {asked:?} in {:?}", entry.text);
    }
    // Every name that has the words is suggested, to those who may see it.
    let named = search.named(visibility, &Asked::new(asked, 0), 100).expect("an answer");
    for (key, is_internal, entry) in sides([public, internal]) {
        let title = format!(" {}", entry.name);
        if matches(&title, asked) && (!is_internal || scope.sees(&entry.whose)) {
            let same = |key: &i64| {
                let entries = model.get(key);
                let names = entries.into_iter().flat_map(|(public, internal)| [public, internal]);
                names.flatten().any(|other| other.name == entry.name)
            };
            assert!(named.contains(&key) || named.iter().any(same), "{asked:?}: {}", entry.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_indexes_answer_as_a_scan_does(
        steps in prop::collection::vec(step(), 1..40),
        asked in prop::collection::vec(words(1..3), 1..6),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut search = open(folder.path(), 0).0;
        let mut model = Model::new();
        let mut seq = 0;
        for step in steps {
            match step {
                Step::Note { key, public, internal } => {
                    seq += 1;
                    model.insert(key, (public.clone(), internal.clone()));
                    search.note(vec![Noted { key, public, internal }], seq, seq % 7 == 0);
                }
                Step::Commit => search.commit().expect("a commit"),
                Step::Reopen if seq > 0 => {
                    search.commit().expect("a commit");
                    drop(search);
                    let (again, filled) = open(folder.path(), seq);
                    prop_assert!(filled && again.seq() == seq);
                    search = again;
                }
                Step::Reopen => {}
            }
        }
        for asked in &asked {
            let asked: Vec<String> =
                crate::domain::text::fold(asked).split(' ').map(str::to_owned).collect();
            for visibility in visibilities() {
                check(&search, &model, &visibility, &asked);
            }
        }
    }
}

fn entry(name: &str) -> Entry {
    let text = searchable([name], []);
    Entry { text, name: name.into(), products: Vec::new(), whose: Vec::new() }
}

fn noted(key: i64, name: &str) -> Noted {
    Noted { key, public: Some(entry(name)), internal: Some(entry(name)) }
}

fn finds(search: &Search, word: &str) -> usize {
    let found = search.find(&Visibility::Public, &[word.to_owned()], None, false);
    let found = found.expect("an answer");
    (0..100).filter(|key| found.contains(*key, false)).count()
}

#[test]
fn an_index_of_another_log_or_version_or_from_the_future_or_damaged_is_made_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = |version: &str, epoch: &str, seq| {
        let folder = Folder::take(Some(folder.path())).expect("a folder");
        Search::open(folder, version.into(), epoch.into(), seq).expect("an index")
    };
    let filled = |version: &str, epoch: &str| {
        let (search, _) = open(version, epoch, 5);
        search.note(vec![noted(1, "batik")], 5, false);
        search.commit().expect("a commit");
    };
    filled("1", "a");
    let (search, is_filled) = open("1", "a", 5);
    assert!(is_filled && finds(&search, "batik") == 1);
    drop(search);
    for (version, epoch, seq) in [("1", "b", 5), ("2", "a", 5), ("1", "a", 4)] {
        filled("1", "a");
        let (search, is_filled) = open(version, epoch, seq);
        assert!(!is_filled && finds(&search, "batik") == 0, "{version} {epoch} {seq}");
    }
    filled("1", "a");
    let files = std::fs::read_dir(folder.path().join("internal")).expect("files");
    let files = files.map(|file| file.expect("a file").path());
    let terms = files.filter(|path| path.extension().is_some_and(|end| end == "term"));
    for path in terms {
        let mut bytes = std::fs::read(&path).expect("bytes");
        bytes[0] ^= 0xFF;
        std::fs::write(&path, bytes).expect("written");
    }
    let (search, is_filled) = open("1", "a", 5);
    assert!(!is_filled && finds(&search, "batik") == 0);
}

#[test]
fn a_second_process_has_an_index_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, _) = open(folder.path(), 0);
    let (second, filled) = open(folder.path(), 0);
    assert!(!filled && first.folder() != second.folder());
    let temporary = second.folder().to_owned();
    drop(second);
    assert!(!temporary.exists() && first.folder().exists());
}
