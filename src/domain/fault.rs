//! What can be wrong with a value, as facts, and the one table of their codes; their texts are in
//! `words`.
//! The API's errors and the import report speak with these same words.

mod words;

use super::cell_fault::CellFault;
use super::edition::EditionFault;
use super::expression_fault::ExpressionFault;
use super::file_fault::FileFault;
use super::quantity::question::Question;

/// The language of a text for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Id,
    En,
}

/// A fact about a value that is not as it should be, or that a person should look at.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    Required,
    WrongType {
        message: String,
    },
    UnknownField,
    UnknownParameter,
    RepeatedParameter,
    /// The parameter is of the internal tier and the caller is not.
    InternalOnly,
    UnknownCode {
        value: String,
        allowed: String,
    },
    Malformed {
        value: String,
        expected: Expected,
    },
    OutOfRange {
        value: String,
        min: String,
        max: String,
    },
    TooLong {
        max: usize,
    },
    TooShort {
        min: usize,
    },
    BodyTooLarge {
        max: usize,
    },
    TooMany {
        max: usize,
    },
    /// The answer would have more groups than it may.
    TooManyGroups {
        max: usize,
    },
    WrongDimension {
        unit: String,
        other: String,
    },
    Together {
        with: &'static str,
    },
    /// What the record is in does not allow the action.
    WrongState {
        action: &'static str,
        value: &'static str,
    },
    NamesThePerson,
    /// A password or code that is not the right one; never which.
    Mismatch,
    /// A text that is kept in a log holds what may be a NIK.
    HoldsNationalId,
    /// Several of them are meant by this.
    Ambiguous,
    /// It points, by itself or through others, at itself.
    Circular,
    CursorMismatch,
    UnknownArea {
        id: String,
    },
    RegionUnknown {
        value: String,
    },
    RegionAmbiguous {
        value: String,
        candidates: String,
    },
    RegionGuessed {
        value: String,
        taken: String,
    },
    RegionFromPoint {
        taken: String,
        approximate: bool,
    },
    VillageElsewhere {
        village: String,
        district: String,
    },
    PointOutsideProvince {
        lon: f64,
        lat: f64,
    },
    PointElsewhere {
        stated: String,
        found: String,
        approximate: bool,
    },
    PointUnusable {
        value: String,
    },
    PointSwapped,
    DigitsLost {
        value: String,
    },
    PhoneUnusable {
        value: String,
    },
    ExtraValue {
        value: String,
    },
    NameFromOwner,
    SectorUnknown {
        value: String,
    },
    CapacityUnclear {
        value: String,
        question: Question,
    },
    RestrictedNotStored,
    SameAsRow {
        row: usize,
    },
    /// Stands twice in a list where it may stand once; `first` is the earlier number.
    Repeated {
        value: String,
        first: usize,
    },
    /// About an edition of the regions.
    Edition(EditionFault),
    /// About a cell or row of a list.
    Cell(CellFault),
    /// About a whole file.
    File(FileFault),
    /// About an expression of a filter.
    Expression(ExpressionFault),
    /// The database took the rest of the list, but not this row.
    NotStored,
    Unreadable {
        message: String,
    },
}

/// The form that a value should have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Number,
    WholeNumber,
    Boolean,
    Bbox,
    LonLat,
    Polygon,
    RegionCode,
    Kbli,
    Nib,
    NationalId,
    Year,
    Time,
    Date,
    Email,
    Phone,
    Uuid,
    Json,
    Cursor,
    Tile,
    PublicationBasis,
    Subject,
    Country,
}

impl Fault {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::WrongType { .. } => "wrong_type",
            Self::UnknownField => "unknown_field",
            Self::UnknownParameter => "unknown_parameter",
            Self::RepeatedParameter => "repeated_parameter",
            Self::InternalOnly => "internal_only",
            Self::UnknownCode { .. } => "unknown_code",
            Self::Malformed { .. } => "malformed",
            Self::OutOfRange { .. } => "out_of_range",
            Self::TooLong { .. } => "too_long",
            Self::TooShort { .. } => "too_short",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::TooMany { .. } => "too_many",
            Self::TooManyGroups { .. } => "too_many_groups",
            Self::WrongDimension { .. } => "wrong_dimension",
            Self::Together { .. } => "together",
            Self::WrongState { .. } => "wrong_state",
            Self::NamesThePerson => "names_the_person",
            Self::Mismatch => "mismatch",
            Self::HoldsNationalId => "holds_national_id",
            Self::Ambiguous => "ambiguous",
            Self::Circular => "circular",
            Self::CursorMismatch => "cursor_mismatch",
            Self::UnknownArea { .. } => "unknown_area",
            Self::RegionUnknown { .. } => "region_unknown",
            Self::RegionAmbiguous { .. } => "region_ambiguous",
            Self::RegionGuessed { .. } => "region_guessed",
            Self::RegionFromPoint { .. } => "region_from_point",
            Self::VillageElsewhere { .. } => "village_elsewhere",
            Self::PointOutsideProvince { .. } => "outside_province",
            Self::PointElsewhere { .. } => "point_outside_region",
            Self::PointUnusable { .. } => "point_unusable",
            Self::PointSwapped => "point_swapped",
            Self::DigitsLost { .. } => "digits_lost",
            Self::PhoneUnusable { .. } => "phone_unusable",
            Self::ExtraValue { .. } => "extra_value",
            Self::NameFromOwner => "name_from_owner",
            Self::SectorUnknown { .. } => "sector_unknown",
            Self::CapacityUnclear { question, .. } => question.code(),
            Self::RestrictedNotStored => "restricted_not_stored",
            Self::SameAsRow { .. } => "same_as_row",
            Self::Repeated { .. } => "repeated",
            Self::Edition(fault) => fault.code(),
            Self::Cell(fault) => fault.code(),
            Self::File(fault) => fault.code(),
            Self::Expression(fault) => fault.code(),
            Self::NotStored => "not_stored",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// One sentence that says what is wrong and, where it can, what to do.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Id => self.indonesian(),
            Lang::En => self.english(),
        }
    }
}

/// A fault and the field or parameter that it is about, e.g. `owners[0].phone`.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldFault {
    pub field: String,
    pub fault: Fault,
}

impl FieldFault {
    pub fn new(field: impl Into<String>, fault: Fault) -> Self {
        Self { field: field.into(), fault }
    }
}
