//! Questions to the parts of an index, in sets of their own row numbers: the postings of all terms
//! that answer a word, united; words are and-ed; what is left becomes keys.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io;

use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::query::{DfaWrapper, FuzzyTermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, SegmentReader, Term};
use tantivy_fst::Automaton;

use super::entry::{author_term, cooperative_term, region_term};
use super::index::{Changes, Fields};
use super::keys::KeySet;
use super::text::{Asked, Word, bit, ranked};
use crate::domain::actor::Visibility;

/// Most terms of a part that are looked at for a suggestion.
const LOOKED_AT: usize = 2_000;

/// A set of row numbers of a part.
#[derive(Clone)]
pub(super) struct Rows(Vec<u64>);

impl Rows {
    fn none(segment: &SegmentReader) -> Self {
        Self(vec![0; segment.max_doc().div_ceil(64) as usize])
    }

    /// Those that were not deleted.
    fn alive(segment: &SegmentReader) -> Self {
        let mut rows = Self::none(segment);
        if segment.has_deletes() {
            segment.doc_ids_alive().for_each(|row| rows.insert(row));
        } else {
            rows.0.fill(u64::MAX);
            let last = segment.max_doc() % 64;
            if let Some(bits) = rows.0.last_mut().filter(|_| last > 0) {
                *bits = (1 << last) - 1;
            }
        }
        rows
    }

    fn insert(&mut self, row: u32) {
        self.0[row as usize / 64] |= 1 << (row % 64);
    }

    fn contains(&self, row: u32) -> bool {
        self.0[row as usize / 64] & (1 << (row % 64)) != 0
    }

    fn and(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(bits, other)| *bits &= other);
    }

    fn without(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(bits, other)| *bits &= !other);
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(bits, other)| bits & other != 0)
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().enumerate().flat_map(|(place, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let row = bits.trailing_zeros();
                // Takes the lowest bit away.
                (bits != 0).then(|| {
                    bits &= bits - 1;
                    u32::try_from(place * 64).unwrap_or(u32::MAX) + row
                })
            })
        })
    }

    fn take(&mut self, inverted: &InvertedIndexReader, term: &TermInfo) -> io::Result<()> {
        let mut postings =
            inverted.read_block_postings_from_terminfo(term, IndexRecordOption::Basic)?;
        loop {
            let rows = postings.docs();
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                self.insert(*row);
            }
            postings.advance();
        }
    }
}

/// The first text above all that begin with this one. No byte of a text is 255.
fn end_of(beginning: &str) -> Vec<u8> {
    let mut end = beginning.as_bytes().to_vec();
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    end
}

/// Rows whose field has a word of the index that answers this one.
fn has_word(segment: &SegmentReader, field: Field, word: &Word) -> tantivy::Result<Rows> {
    let inverted = segment.inverted_index(field)?;
    let mut rows = Rows::none(segment);
    if word.typos == 0 {
        let range = inverted.terms().range().ge(&word.text).lt(end_of(&word.text));
        let mut terms = range.into_stream()?;
        while terms.advance() {
            rows.take(&inverted, terms.value())?;
        }
    } else {
        let term = Term::from_field_text(field, &word.text);
        let automaton = FuzzyTermQuery::new(term, word.typos, true).automaton()?;
        let mut terms = inverted.terms().search(Beginning(automaton)).into_stream()?;
        while terms.advance() {
            rows.take(&inverted, terms.value())?;
        }
    }
    Ok(rows)
}

/// Rows with exactly this term, the deleted ones too.
fn has_term(segment: &SegmentReader, field: Field, term: &str) -> tantivy::Result<Rows> {
    let inverted = segment.inverted_index(field)?;
    let mut rows = Rows::none(segment);
    if let Some(info) = inverted.terms().get(term)? {
        rows.take(&inverted, &info)?;
    }
    Ok(rows)
}

/// Texts of which some beginning is near enough. The automaton's own way with beginnings forgets one
/// that was near enough when the text goes on.
struct Beginning(DfaWrapper);

impl Automaton for Beginning {
    /// None: it was met.
    type State = Option<<DfaWrapper as Automaton>::State>;

    fn start(&self) -> Self::State {
        Some(self.0.start()).filter(|state| !self.0.is_match(state))
    }

    fn is_match(&self, state: &Self::State) -> bool {
        state.is_none()
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.as_ref().is_none_or(|state| self.0.can_match(state))
    }

    fn will_always_match(&self, state: &Self::State) -> bool {
        state.is_none()
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        let next = state.as_ref().map(|state| self.0.accept(state, byte));
        next.filter(|state| !self.0.is_match(state))
    }
}

/// Living rows whose field has all the words.
fn has_words(
    (segment, alive): (&SegmentReader, &Rows),
    field: Field,
    asked: &Asked,
) -> tantivy::Result<Rows> {
    let mut rows = alive.clone();
    for word in &asked.words {
        rows.and(&has_word(segment, field, word)?);
    }
    Ok(rows)
}

/// The living rows of all parts.
pub(super) fn alive(searcher: &Searcher) -> Vec<Rows> {
    searcher.segment_readers().iter().map(Rows::alive).collect()
}

/// One committed index, or rather what can be asked of it.
pub(super) struct Committed<'a> {
    pub searcher: &'a Searcher,
    /// The living rows of its parts.
    pub alive: &'a [Rows],
    pub fields: Fields,
}

impl<'a> Committed<'a> {
    fn parts(&self) -> impl Iterator<Item = (&'a SegmentReader, &'a Rows)> {
        self.searcher.segment_readers().iter().zip(self.alive)
    }

    /// Living rows of which this actor may know that they are there.
    fn visible(
        &self,
        (segment, alive): (&SegmentReader, &'a Rows),
        scope: &Scope,
    ) -> tantivy::Result<Cow<'a, Rows>> {
        let Scope::Terms(terms) = scope else { return Ok(Cow::Borrowed(alive)) };
        let mut theirs = Rows::none(segment);
        for term in terms {
            match term {
                Whose::Exactly(term) => {
                    let found = has_term(segment, self.fields.whose, term)?;
                    theirs.0.iter_mut().zip(&found.0).for_each(|(bits, found)| *bits |= found);
                }
                Whose::Beginning(text) => {
                    let word = Word { text: text.clone(), typos: 0 };
                    let found = has_word(segment, self.fields.whose, &word)?;
                    theirs.0.iter_mut().zip(&found.0).for_each(|(bits, found)| *bits |= found);
                }
            }
        }
        theirs.and(alive);
        Ok(Cow::Owned(theirs))
    }

    /// The words that a visible record has, each by its place; `without` those of these keys, which
    /// have changed since.
    pub fn known(&self, asked: &Asked, scope: &Scope, without: &Changes) -> tantivy::Result<u32> {
        let mut known = 0;
        for (segment, alive) in self.parts() {
            let mut visible = self.visible((segment, alive), scope)?;
            if !without.is_empty() {
                let changed = self.rows_of(segment, without.keys())?;
                visible.to_mut().without(&changed);
            }
            for (place, word) in asked.words.iter().enumerate() {
                if known & bit(place) == 0
                    && has_word(segment, self.fields.text, word)?.meets(&visible)
                {
                    known |= bit(place);
                }
            }
        }
        Ok(known)
    }

    fn rows_of<'k>(
        &self,
        segment: &SegmentReader,
        keys: impl Iterator<Item = &'k i64>,
    ) -> tantivy::Result<Rows> {
        let inverted = segment.inverted_index(self.fields.key)?;
        let mut rows = Rows::none(segment);
        for key in keys {
            let term = Term::from_field_u64(self.fields.key, key.cast_unsigned());
            if let Some(found) = inverted.get_term_info(&term)? {
                rows.take(&inverted, &found)?;
            }
        }
        Ok(rows)
    }

    /// The records that answer.
    pub fn keys(&self, asked: &Asked) -> tantivy::Result<KeySet> {
        let mut keys = KeySet::default();
        for (segment, alive) in self.parts() {
            let key = segment.fast_fields().u64("key")?;
            for row in has_words((segment, alive), self.fields.text, asked)?.iter() {
                keys.insert(key.values.get_val(row).cast_signed());
            }
        }
        Ok(keys)
    }

    /// How well each record that answers does, by its key; see [`Asked::rank`].
    pub fn ranks(&self, asked: &Asked, ranks: &mut Vec<u8>) -> tantivy::Result<()> {
        let phrase = asked.phrase();
        let begins = Word { text: phrase.clone(), typos: 0 };
        for (segment, alive) in self.parts() {
            let key = segment.fast_fields().u64("key")?;
            let found = has_words((segment, alive), self.fields.text, asked)?;
            let exact = has_term(segment, self.fields.name, &phrase)?;
            let beginning = has_word(segment, self.fields.name, &begins)?;
            let titled = has_words((segment, alive), self.fields.title, asked)?;
            let whole =
                asked.words.iter().map(|word| has_term(segment, self.fields.text, &word.text));
            let whole: Vec<Rows> = whole.collect::<Result<_, _>>()?;
            for row in found.iter() {
                let places = [&exact, &beginning, &titled];
                let place = places.iter().position(|rows| rows.contains(row)).unwrap_or(3);
                let not_whole = whole.iter().filter(|rows| !rows.contains(row)).count();
                let rank = ranked(u8::try_from(place).unwrap_or(3), not_whole);
                set_rank(ranks, key.values.get_val(row).cast_signed(), rank);
            }
        }
        Ok(())
    }

    /// Keys of visible records for a suggestion: one for each name that begins with the words, in
    /// the order of the names; then some that have the words elsewhere in their names.
    pub fn named(&self, asked: &Asked, scope: &Scope, limit: usize) -> tantivy::Result<Vec<i64>> {
        let phrase = asked.phrase();
        let mut named: BTreeMap<Vec<u8>, i64> = BTreeMap::new();
        let mut others = Vec::new();
        for (segment, alive) in self.parts() {
            let key = segment.fast_fields().u64("key")?;
            let visible = self.visible((segment, alive), scope)?;
            let inverted = segment.inverted_index(self.fields.name)?;
            let range = inverted.terms().range().ge(&phrase).lt(end_of(&phrase));
            let mut names = range.into_stream()?;
            let (mut found, mut looked_at) = (0, 0);
            while found < limit && looked_at < LOOKED_AT && names.advance() {
                looked_at += 1;
                if let Some(row) = first(&inverted, names.value(), &visible)? {
                    found += 1;
                    let key = key.values.get_val(row).cast_signed();
                    named.entry(names.key().to_vec()).or_insert(key);
                }
            }
        }
        if named.len() < limit {
            for (segment, alive) in self.parts() {
                let key = segment.fast_fields().u64("key")?;
                let mut rows = has_words((segment, alive), self.fields.title, asked)?;
                let visible = self.visible((segment, alive), scope)?;
                rows.and(&visible);
                let keys = rows.iter().take(2 * limit);
                others.extend(keys.map(|row| key.values.get_val(row).cast_signed()));
            }
        }
        let mut keys: Vec<i64> = named.into_values().take(limit).collect();
        others.retain(|key| !keys.contains(key));
        keys.extend(others.into_iter().take(2 * limit));
        Ok(keys)
    }

    /// Names of products that begin with the words, those of most records first, each with the key
    /// of a visible record that makes it.
    pub fn products(
        &self,
        asked: &Asked,
        scope: &Scope,
        limit: usize,
    ) -> tantivy::Result<Vec<(String, i64)>> {
        let phrase = asked.phrase();
        let segments: Vec<_> = self.parts().collect();
        let inverted = segments.iter().map(|(part, _)| part.inverted_index(self.fields.product));
        let inverted: Vec<_> = inverted.collect::<Result<_, _>>()?;
        let mut made: HashMap<String, (u32, Vec<(usize, TermInfo)>)> = HashMap::new();
        for (place, inverted) in inverted.iter().enumerate() {
            let range = inverted.terms().range().ge(&phrase).lt(end_of(&phrase));
            let mut names = range.into_stream()?;
            let mut looked_at = 0;
            while looked_at < LOOKED_AT && names.advance() {
                looked_at += 1;
                let name = String::from_utf8_lossy(names.key()).into_owned();
                let (count, terms) = made.entry(name).or_default();
                *count += names.value().doc_freq;
                terms.push((place, names.value().clone()));
            }
        }
        let mut made: Vec<_> = made.into_iter().collect();
        made.sort_unstable_by(|(a, (more, _)), (b, (less, _))| less.cmp(more).then(a.cmp(b)));
        let visible = segments.iter().map(|part| self.visible(*part, scope));
        let visible: Vec<Cow<Rows>> = visible.collect::<Result<_, _>>()?;
        let mut products = Vec::new();
        for (name, (_, terms)) in made {
            for (place, term) in terms {
                let Some(row) = first(&inverted[place], &term, &visible[place])? else { continue };
                let key = segments[place].0.fast_fields().u64("key")?;
                products.push((name, key.values.get_val(row).cast_signed()));
                break;
            }
            if products.len() == limit {
                break;
            }
        }
        Ok(products)
    }
}

pub(super) fn set_rank(ranks: &mut Vec<u8>, key: i64, rank: u8) {
    let Ok(place) = usize::try_from(key) else { return };
    if place >= ranks.len() {
        ranks.resize(place + 1, u8::MAX);
    }
    ranks[place] = rank;
}

/// The first of a term's rows that is visible.
fn first(
    inverted: &InvertedIndexReader,
    term: &TermInfo,
    visible: &Rows,
) -> io::Result<Option<u32>> {
    let mut postings =
        inverted.read_block_postings_from_terminfo(term, IndexRecordOption::Basic)?;
    loop {
        let rows = postings.docs();
        if rows.is_empty() {
            return Ok(None);
        }
        if let Some(row) = rows.iter().find(|row| visible.contains(**row)) {
            return Ok(Some(*row));
        }
        postings.advance();
    }
}

/// Of which records of an index somebody may know.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    All,
    Terms(Vec<Whose>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    Exactly(String),
    Beginning(String),
}

impl Scope {
    /// Of the internal index.
    pub fn internal(visibility: &Visibility) -> Self {
        match visibility {
            Visibility::Public => Self::Terms(Vec::new()),
            Visibility::Internal { area: None } => Self::All,
            Visibility::Internal { area: Some(area) } => {
                let region = region_term(area.as_str());
                let below = Whose::Beginning(format!("{region}."));
                Self::Terms(vec![Whose::Exactly(region), below])
            }
            Visibility::Own { author, cooperative } => {
                let cooperative = cooperative.map(|id| cooperative_term(&id.to_string()));
                let terms = std::iter::once(author_term(author)).chain(cooperative);
                Self::Terms(terms.map(Whose::Exactly).collect())
            }
        }
    }

    /// Whether a record that was not committed yet is among them.
    pub fn sees(&self, whose: &[Box<str>]) -> bool {
        let Self::Terms(terms) = self else { return true };
        whose.iter().any(|found| {
            terms.iter().any(|term| match term {
                Whose::Exactly(term) => term.as_str() == &**found,
                Whose::Beginning(text) => found.starts_with(text.as_str()),
            })
        })
    }
}
