//! What a record is found by, at one tier: read from its stored document.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::text::{Asked, searchable};
use crate::domain::reference::Reference;
use crate::domain::text::{fold, hex};

/// Of the schema and of how texts are made: another one makes the indexes anew.
const VERSION: u32 = 1;

/// A record as it is searched.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// All its words, folded, each led by a space.
    pub(super) text: Box<str>,
    /// Folded.
    pub(super) name: Box<str>,
    /// Folded names.
    pub(super) products: Vec<Box<str>>,
    /// Whose it is: regency, author, cooperative. Of an internal entry only.
    pub(super) whose: Vec<Box<str>>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// As much of a public projection as is searched.
#[derive(Deserialize)]
struct Public {
    name: String,
    region_name: String,
    products: Vec<Named>,
    commodities: Vec<String>,
}

/// As much of a document as is searched.
#[derive(Deserialize)]
struct Internal {
    name: String,
    region_name: String,
    address: Option<String>,
    nib: Option<String>,
    #[serde(default)]
    owners: Vec<Named>,
    #[serde(default)]
    products: Vec<Named>,
    #[serde(default)]
    commodities: Vec<String>,
    responsible_region: String,
    author: Option<String>,
    cooperative: Option<String>,
}

impl Entry {
    /// Of a public projection, and so of nothing else.
    ///
    /// # Errors
    /// If it is none.
    pub fn public(document: &str, reference: &Reference) -> Result<Self, serde_json::Error> {
        let read: Public = serde_json::from_str(document)?;
        let texts = [read.name.as_str(), &read.region_name].into_iter();
        let texts = texts.chain(read.products.iter().map(|product| product.name.as_str()));
        Ok(Self {
            text: searchable(texts, commodity_texts(&read.commodities, reference)),
            name: fold(&read.name).into(),
            products: folded(&read.products),
            whose: Vec::new(),
        })
    }

    /// Of a whole document.
    ///
    /// # Errors
    /// If it is none.
    pub fn internal(document: &str, reference: &Reference) -> Result<Self, serde_json::Error> {
        let read: Internal = serde_json::from_str(document)?;
        let texts = [read.name.as_str(), &read.region_name]
            .into_iter()
            .chain(read.address.as_deref())
            .chain(read.nib.as_deref())
            .chain(read.owners.iter().map(|owner| owner.name.as_str()))
            .chain(read.products.iter().map(|product| product.name.as_str()));
        let author = read.author.map(|author| author_term(&author));
        let cooperative = read.cooperative.map(|id| cooperative_term(&id));
        let whose = std::iter::once(region_term(&read.responsible_region));
        Ok(Self {
            text: searchable(texts, commodity_texts(&read.commodities, reference)),
            name: fold(&read.name).into(),
            products: folded(&read.products),
            whose: whose.chain(author).chain(cooperative).map(Into::into).collect(),
        })
    }

    /// Whether it has what is asked for.
    pub fn answers(&self, asked: &Asked) -> bool {
        asked.matches(&self.text)
    }
}

/// Another one makes the indexes anew: the schema's and that of the words for commodities.
pub fn version(reference: &Reference) -> String {
    let mut digest = Sha256::new();
    for commodity in reference.commodities() {
        digest.update(&commodity.code);
        digest.update([0]);
        digest.update(reference.commodity_text(&commodity.code).unwrap_or_default());
        digest.update([0]);
    }
    format!("{VERSION}-{}", &hex(&digest.finalize())[..16])
}

pub(super) fn region_term(code: &str) -> String {
    format!("r{code}")
}

pub(super) fn author_term(name: &str) -> String {
    format!("a{name}")
}

pub(super) fn cooperative_term(id: &str) -> String {
    format!("c{id}")
}

fn folded(products: &[Named]) -> Vec<Box<str>> {
    products.iter().map(|product| fold(&product.name).into()).collect()
}

/// The other words for commodities, so that a product is found by them too.
fn commodity_texts<'a>(
    codes: &'a [String],
    reference: &'a Reference,
) -> impl Iterator<Item = &'a str> {
    codes.iter().filter_map(|code| reference.commodity_text(code))
}
