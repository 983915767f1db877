//! The industrial classification: taking in an edition and what it has in common with another, and
//! answering about a code.

use chrono::NaiveDate;

use super::{Registry, RegistryError};
use crate::db;
use crate::db::editions::{ConcordanceRow, KbliEditionRow};
use crate::db::reference::KbliRow;
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::kbli::KbliEntry;
use crate::exchange::code_list;

/// A code with what it is in other editions.
pub struct KbliFound {
    pub entry: KbliEntry,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    /// By edition and code.
    pub corresponds_to: Vec<Correspondence>,
}

/// A code of another edition.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Correspondence {
    pub edition: String,
    pub code: String,
    /// None where the code itself was not imported.
    pub title: Option<String>,
}

impl Registry {
    /// Takes in codes and titles of an edition; those that are there get their new title. Answers
    /// how many the file has.
    ///
    /// # Errors
    /// All that is wrong with the file, by line; then nothing is stored.
    pub fn import_kbli(
        &self,
        bytes: &[u8],
        edition: &str,
        valid_from: Option<NaiveDate>,
    ) -> Result<usize, RegistryError> {
        check_edition("edition", edition)?;
        let codes = code_list::kbli(bytes, edition).map_err(RegistryError::Invalid)?;
        let rows: Vec<KbliRow> = codes
            .into_iter()
            .map(|(code, title)| KbliRow { edition: edition.to_owned(), code, title })
            .collect();
        let row = KbliEditionRow { edition: edition.to_owned(), valid_from };
        self.db.write(|tx| {
            db::editions::put_kbli(tx, &row, &rows)?;
            self.log_reference(tx, format!("kbli:{edition}"), "codes")
        })?;
        self.catch_up_after_load();
        Ok(rows.len())
    }

    /// Takes in which codes of one edition stand for which of another, in place of what was known of
    /// that before. Answers how many pairs the file has.
    ///
    /// # Errors
    /// An edition that is not known; all that is wrong with the file, by line; then nothing is
    /// stored.
    pub fn import_concordance(
        &self,
        bytes: &[u8],
        from: &str,
        to: &str,
    ) -> Result<usize, RegistryError> {
        let reference = self.reference();
        for (field, edition) in [("from", from), ("to", to)] {
            if !reference.kbli.knows(edition) {
                let (value, allowed) = (edition.to_owned(), reference.kbli.edition_names());
                let fault = Fault::UnknownCode { value, allowed };
                return Err(RegistryError::Invalid(vec![FieldFault::new(field, fault)]));
            }
        }
        let pairs = code_list::concordance(bytes, from, to).map_err(RegistryError::Invalid)?;
        let rows: Vec<ConcordanceRow> = pairs
            .into_iter()
            .map(|(from_code, to_code)| ConcordanceRow {
                from_edition: from.to_owned(),
                from_code,
                to_edition: to.to_owned(),
                to_code,
            })
            .collect();
        self.db.write(|tx| {
            db::editions::replace_concordance(tx, from, to, &rows)?;
            self.log_reference(tx, format!("kbli:{from}:{to}"), "concordance")
        })?;
        self.catch_up_after_load();
        Ok(rows.len())
    }

    /// A code of an edition.
    ///
    /// # Errors
    /// If there is no such code.
    pub fn kbli(&self, edition: &str, code: &str) -> Result<KbliFound, RegistryError> {
        let kbli = &self.reference().kbli;
        let entry = kbli.entry(edition, code).cloned().ok_or_else(|| {
            RegistryError::KbliNotFound { edition: edition.to_owned(), code: code.to_owned() }
        })?;
        let rows =
            self.db.read(|connection| db::editions::concordance(connection, edition, code))?;
        let other = |row: ConcordanceRow| {
            let from_here = row.from_edition == edition && row.from_code == code;
            let (edition, code) = if from_here {
                (row.to_edition, row.to_code)
            } else {
                (row.from_edition, row.from_code)
            };
            let title = kbli.entry(&edition, &code).map(|entry| entry.title.clone());
            Correspondence { edition, code, title }
        };
        let mut corresponds_to: Vec<Correspondence> = rows.into_iter().map(other).collect();
        corresponds_to.sort();
        corresponds_to.dedup();
        let (valid_from, valid_to) = kbli.validity(edition);
        Ok(KbliFound { entry, valid_from, valid_to, corresponds_to })
    }
}

/// Editions are named by their year.
fn check_edition(field: &str, edition: &str) -> Result<(), RegistryError> {
    if edition.len() == 4 && edition.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    let (value, expected) = (edition.to_owned(), Expected::Year);
    Err(RegistryError::Invalid(vec![FieldFault::new(field, Fault::Malformed { value, expected })]))
}
