//! What is not clear in a capacity as written: asked of a person, never guessed.

use crate::domain::fault::Lang;

/// A question about a capacity.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    NoQuantity,
    NoUnit,
    NoPeriod,
    /// Neither a unit nor a period.
    UnknownWord {
        word: String,
    },
    /// Two units, or two periods.
    Contradiction {
        one: String,
        other: String,
    },
    SeveralQuantities,
    RangeReversed {
        min: f64,
        max: f64,
    },
    /// The capacity is taken in packs, but what one holds is not said.
    PackContent {
        unit: String,
    },
    /// The capacity is taken, but it was written as about, more than or less than so much.
    Approximate,
}

impl Question {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoQuantity => "capacity_without_quantity",
            Self::NoUnit => "capacity_without_unit",
            Self::NoPeriod => "capacity_without_period",
            Self::UnknownWord { .. } => "capacity_word_unknown",
            Self::Contradiction { .. } => "capacity_contradictory",
            Self::SeveralQuantities => "capacity_several_quantities",
            Self::RangeReversed { .. } => "capacity_range_reversed",
            Self::PackContent { .. } => "capacity_pack_content",
            Self::Approximate => "capacity_approximate",
        }
    }

    /// What is asked about a capacity that was written as `value`.
    pub fn text(&self, value: &str, lang: Lang) -> String {
        match lang {
            Lang::Id => format!("Kapasitas \"{value}\" {}.", self.indonesian()),
            Lang::En => format!("The capacity \"{value}\" {}.", self.english()),
        }
    }

    fn indonesian(&self) -> String {
        match self {
            Self::NoQuantity => "tidak menyebut jumlah yang terbaca".into(),
            Self::NoUnit => "tidak menyebut satuan".into(),
            Self::NoPeriod => "tidak menyebut periode: per hari, minggu, bulan atau tahun".into(),
            Self::UnknownWord { word } => {
                format!("memuat \"{word}\", yang tidak dikenal sebagai satuan atau periode")
            }
            Self::Contradiction { one, other } => {
                format!("menyebut \"{one}\" dan juga \"{other}\": mana yang benar")
            }
            Self::SeveralQuantities => "memuat lebih dari satu jumlah yang bukan rentang".into(),
            Self::RangeReversed { min, max } => {
                format!("rentangnya terbalik: {min} sampai {max}")
            }
            Self::PackContent { unit } => format!(
                "tidak menyebut isi tiap {unit}; dicatat dalam {unit} dan tidak ikut dijumlahkan"
            ),
            Self::Approximate => {
                "ditulis sebagai perkiraan atau batas; angkanya dicatat apa adanya".into()
            }
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NoQuantity => "states no quantity that can be read".into(),
            Self::NoUnit => "states no unit".into(),
            Self::NoPeriod => "states no period: per day, week, month or year".into(),
            Self::UnknownWord { word } => {
                format!("has \"{word}\", which is not known as a unit or a period")
            }
            Self::Contradiction { one, other } => {
                format!("says \"{one}\" and also \"{other}\": which is right")
            }
            Self::SeveralQuantities => "has more than one quantity, and they form no range".into(),
            Self::RangeReversed { min, max } => {
                format!("is a range the wrong way round: {min} to {max}")
            }
            Self::PackContent { unit } => format!(
                "does not say what one {unit} holds; it is recorded in {unit} and not added up"
            ),
            Self::Approximate => {
                "is written as an estimate or a bound; its figure is recorded as it stands".into()
            }
        }
    }
}
