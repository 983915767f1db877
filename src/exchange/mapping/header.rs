//! What a header says: its words, made words of one spelling (also where they are misspelt), and
//! what these mean together. `Jml TK (Pria)`, `jmlTkPria` and `Jumlah Tenaga Kerja Laki-laki` are one.

use super::fillers::is_filler;
pub use super::spelling::spread;
use super::words::Word;
use super::{Field, clause, exact, meanings, spelling};
use crate::domain::text::{fold, squash};

/// How sure a header is of its field.
const SURE: f64 = 1.0;
const BY_WORDS: f64 = 0.95;
const MISSPELT: f64 = 0.85;

/// What a header was understood as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meaning {
    pub field: Field,
    pub confidence: f64,
    /// The header's words were taken for others, which are spelt nearly so.
    pub misspelt: bool,
}

/// What a header means, or None where nobody knows: what it asks, and only where that says nothing
/// its hints too.
pub fn meaning(header: &str) -> Option<Meaning> {
    if header.len() > 600 {
        return None;
    }
    let asked = clause::asked(header);
    let found = of_text(&asked, clause::is_question(header));
    let found = found.or_else(|| if header.len() <= 200 { of_text(header, false) } else { None });
    found.map(|found| if is_share(header, found.field) { found.of_no_use() } else { found })
}

impl Meaning {
    fn of_no_use(self) -> Self {
        Self { field: Field::Ignored, ..self }
    }
}

/// Whether a header asks for how many in a hundred, which is no amount.
fn is_share(header: &str, field: Field) -> bool {
    let amount = field.is_restricted() || is_counted(field) && field != Field::Channel;
    header.contains('%') && (amount || matches!(field, Field::WorkersMale | Field::WorkersFemale))
}

fn of_text(header: &str, question: bool) -> Option<Meaning> {
    let folded = fold(&spread(header));
    let bare = without_marks(&folded);
    let squashed = bare.replace(' ', "");
    if squashed.is_empty() || squashed.len() > 120 {
        return None;
    }
    if let Some(field) = exact::field(&squashed) {
        return Some(Meaning { field, confidence: SURE, misspelt: false });
    }
    let mut misspelt = false;
    let mut known = 0;
    let all: Vec<&str> = bare.split(' ').collect();
    let mut said: Vec<Word> = Vec::new();
    for text in &all {
        let found = spelling::words(text);
        known += usize::from(!found.is_empty() || is_filler(text));
        misspelt |= found.iter().any(|(_, exactly)| !exactly);
        said.extend(found.into_iter().map(|(word, _)| word));
    }
    let field = meanings::of_words(&said, &bare)?;
    // A sentence that has some such words in it is no header, unless it asks for something.
    let unknown = all.len() - known;
    if unknown > 2 && unknown > if question { 2 * known } else { known } {
        return None;
    }
    let confidence = if misspelt { MISSPELT } else { BY_WORDS };
    #[expect(clippy::cast_precision_loss, reason = "a number of words")]
    let confidence = confidence - 0.08 * unknown.min(4) as f64;
    Some(Meaning { field, confidence, misspelt })
}

/// What a column means whose header has several rows: the lowest name, where that is enough by
/// itself; names above it only say what group it is of (`Identitas Pemilik` over `Jenis Kelamin`),
/// unless it is nothing without them (`Tenaga Kerja` over `L`, `Pemilik` over `Nama`).
pub fn meaning_in(header: &str, lowest: &str) -> Option<Meaning> {
    let whole = meaning(header);
    if lowest == header {
        return whole;
    }
    let bare = matches!(squash(lowest).as_str(), "nama" | "name");
    let own = meaning(lowest).filter(|own| own.field != Field::Ignored && !bare);
    // "Atas nama" of a bank account, the unit of a raw material.
    let of_another = says(header, &[Word::Bank, Word::Material]);
    let weak = |own: &Meaning| {
        matches!(
            own.field,
            Field::Name | Field::Owner | Field::CapacityUnit | Field::Capacity | Field::UnitCount
        )
    };
    // "Nilai (Rp. Juta)" over "Produksi" and "BB/BP".
    let group = header.strip_suffix(lowest).unwrap_or_default();
    if names_money(group) && own.is_some_and(|own| is_counted(own.field)) {
        return whole.filter(|whole| whole.field != Field::Ignored).or(own);
    }
    // "Identitas" over what nobody knows is no number of a person.
    let of_group = |whole: &Meaning| {
        whole.field == Field::NationalId
            && !says(lowest, &[Word::Nik, Word::Ktp, Word::Number])
            && group.len() < header.len()
            && fold(group).contains("identitas")
    };
    own.filter(|own| !(of_another && weak(own))).or(whole.filter(|whole| !of_group(whole)))
}

/// What a group of columns of money turns into another field.
fn is_counted(field: Field) -> bool {
    matches!(
        field,
        Field::Product
            | Field::ProductType
            | Field::RawMaterial
            | Field::Capacity
            | Field::UnitCount
            | Field::WorkersTotal
            | Field::Channel
    )
}

/// Whether the name of a group says that amounts of money are below it.
fn names_money(group: &str) -> bool {
    let folded = fold(&spread(group));
    let mut words = folded.split(' ');
    words.any(|word| matches!(word, "rp" | "rupiah" | "idr" | "nilai" | "value"))
}

/// Whether a header says that it is of where the owner lives, not of the business.
pub fn names_home(header: &str) -> bool {
    let asked = fold(&spread(&clause::asked(header)));
    let home = asked.split(' ').any(|word| {
        matches!(
            word,
            "ktp" | "rumah" | "tinggal" | "domisili" | "kediaman" | "pribadi" | "home" | "asal"
        )
    });
    let is = |word| says(&asked, &[word]);
    // "Alamat rumah/tempat usaha" is of both.
    let both = is(Word::Business) && !is(Word::Owner) || is(Word::Production);
    (home || is(Word::Owner)) && !both
}

/// Whether a header says that it names a business, not a person.
pub fn names_business(header: &str) -> bool {
    says(header, &[Word::Business, Word::Cooperative])
}

/// Whether a header says that files are under it: pictures, documents.
pub fn names_attachments(header: &str) -> bool {
    says(header, &[Word::Attachment])
}

/// Whether a header says that kinds of products are under it, which are products in other words.
pub fn names_kinds_of_products(header: &str) -> bool {
    says(header, &[Word::Kind]) && says(header, &[Word::Product, Word::Production])
}

fn says(header: &str, some: &[Word]) -> bool {
    let folded = fold(&spread(header));
    folded.split(' ').flat_map(spelling::words).any(|(word, _)| some.contains(&word))
}

/// A header without the number before it and the star behind it.
fn without_marks(folded: &str) -> String {
    let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    if words.len() > 1 && words[0].bytes().all(|byte| byte.is_ascii_digit()) {
        words.remove(0);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests;
