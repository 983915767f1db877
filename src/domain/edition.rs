//! What can be wrong with an edition of the regions.

use super::fault::Lang;

/// A fact about an edition, or about a region as it would have it.
#[derive(Debug, Clone, PartialEq)]
pub enum EditionFault {
    /// The region above is none of the edition.
    ParentUnknown { value: String, parent: String },
    /// The region is not where the file is about.
    NotWithin { value: String, region: String },
    /// The edition has regions of this level here already.
    Exists { edition: String },
    /// Another edition begins later.
    TooEarly { earliest: String },
    /// Most regions are missing from the file: it is hardly about the whole province.
    ClosesMost { closed: usize, all: usize },
}

impl EditionFault {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ParentUnknown { .. } => "parent_unknown",
            Self::NotWithin { .. } => "not_within",
            Self::Exists { .. } => "edition_exists",
            Self::TooEarly { .. } => "edition_too_early",
            Self::ClosesMost { .. } => "closes_most",
        }
    }

    /// One sentence that says what is wrong and, where it can, what to do.
    pub fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::ParentUnknown { value, parent }, Lang::Id) => {
                format!("Wilayah {parent}, tempat {value} berada, tidak ada dalam edisi ini.")
            }
            (Self::ParentUnknown { value, parent }, Lang::En) => {
                format!("The region {parent}, in which {value} lies, is none of this edition.")
            }
            (Self::NotWithin { value, region }, Lang::Id) => {
                format!("{value} tidak berada di {region}.")
            }
            (Self::NotWithin { value, region }, Lang::En) => {
                format!("{value} does not lie in {region}.")
            }
            (Self::Exists { edition }, Lang::Id) => format!(
                "Edisi {edition} sudah memuat wilayah tingkat ini di sini; beri nama lain untuk perbaikannya."
            ),
            (Self::Exists { edition }, Lang::En) => format!(
                "Edition {edition} has regions of this level here already; give its correction another name."
            ),
            (Self::TooEarly { earliest }, Lang::Id) => format!(
                "Sudah ada edisi yang berlaku kemudian; edisi baru paling awal berlaku {earliest}."
            ),
            (Self::TooEarly { earliest }, Lang::En) => format!(
                "There is an edition that begins later; a new one can begin on {earliest} at the earliest."
            ),
            (Self::ClosesMost { closed, all }, Lang::Id) => format!(
                "Berkas ini akan menutup {closed} dari {all} wilayah: sebutkan wilayah yang dimuatnya dengan --within."
            ),
            (Self::ClosesMost { closed, all }, Lang::En) => format!(
                "The file would close {closed} of {all} regions: name the region that it is about with --within."
            ),
        }
    }
}
