//! What can be wrong with an expression by which features are asked for (CQL2).

use super::fault::{Fault, Lang};

/// A fact about an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpressionFault {
    /// Cannot be read at all; `near` is what stands where reading ended, if that is known.
    NotCql2 {
        near: String,
    },
    /// More is nested in it than is read.
    TooDeep {
        max: usize,
    },
    /// More comparisons, or more operators, than are answered.
    TooManyParts {
        max: usize,
    },
    UnknownProperty {
        name: String,
        allowed: String,
    },
    /// A function, or a geometry's type, that is not answered.
    Function {
        name: String,
        allowed: &'static str,
    },
    /// An operator that is not answered.
    Operator {
        name: String,
    },
    /// An operator that is not answered of this property.
    OperatorOf {
        name: String,
        property: &'static str,
    },
    /// A value of another type than the property's.
    ValueOf {
        property: &'static str,
        expected: Type,
    },
    /// One side must be a property, the other a value.
    Sides {
        name: String,
    },
    /// Something that is neither true nor false where that is needed.
    NotAPredicate {
        found: String,
    },
    /// Too few or too many operands.
    Operands {
        name: String,
    },
    /// A geometry that cannot be used.
    Geometry {
        message: String,
    },
}

/// The type of a property's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Text,
    Number,
    Boolean,
    Date,
    Time,
}

impl Type {
    fn text(self, lang: Lang) -> &'static str {
        let (id, en) = match self {
            Self::Text => ("teks dalam tanda petik tunggal", "text in single quotes"),
            Self::Number => ("angka", "a number"),
            Self::Boolean => ("TRUE atau FALSE", "TRUE or FALSE"),
            Self::Date => ("DATE('2026-01-31')", "DATE('2026-01-31')"),
            Self::Time => (
                "TIMESTAMP('2026-01-31T00:00:00Z') atau DATE('2026-01-31')",
                "TIMESTAMP('2026-01-31T00:00:00Z') or DATE('2026-01-31')",
            ),
        };
        match lang {
            Lang::Id => id,
            Lang::En => en,
        }
    }
}

impl From<ExpressionFault> for Fault {
    fn from(fault: ExpressionFault) -> Self {
        Self::Expression(fault)
    }
}

impl ExpressionFault {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotCql2 { .. } => "not_cql2",
            Self::TooDeep { .. } => "too_deep",
            Self::TooManyParts { .. } => "too_many_parts",
            Self::UnknownProperty { .. } => "unknown_property",
            Self::Function { .. } => "function_not_answered",
            Self::Operator { .. } | Self::OperatorOf { .. } => "operator_not_answered",
            Self::ValueOf { .. } => "value_of_another_type",
            Self::Sides { .. } => "property_and_value",
            Self::NotAPredicate { .. } => "not_a_predicate",
            Self::Operands { .. } => "operands",
            Self::Geometry { .. } => "geometry_unusable",
        }
    }

    /// One sentence that says what is wrong and, where it can, what to do.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Id => self.indonesian(),
            Lang::En => self.english(),
        }
    }

    fn indonesian(&self) -> String {
        match self {
            Self::NotCql2 { near } if near.is_empty() => "Ini bukan CQL2 yang dapat dibaca.".into(),
            Self::NotCql2 { near } => {
                format!("Ini bukan CQL2 yang dapat dibaca, mulai \"{near}\".")
            }
            Self::TooDeep { max } => format!("Terlalu banyak lapis; paling banyak {max}."),
            Self::TooManyParts { max } => {
                format!("Terlalu banyak perbandingan atau operator; paling banyak {max}.")
            }
            Self::UnknownProperty { name, allowed } => {
                format!("Properti \"{name}\" tidak dapat ditanyakan; yang ada: {allowed}.")
            }
            Self::Function { name, allowed } => {
                format!("{name} tidak dapat dijawab di sini; yang dapat: {allowed}.")
            }
            Self::Operator { name } => format!("Operator {name} tidak dapat dijawab di sini."),
            Self::OperatorOf { name, property } => {
                format!("{name} tidak dapat dijawab untuk properti `{property}`.")
            }
            Self::ValueOf { property, expected } => format!(
                "Nilai untuk properti `{property}` harus berupa {}.",
                expected.text(Lang::Id)
            ),
            Self::Sides { name } => {
                format!("{name} memerlukan satu properti dan satu nilai yang diketahui.")
            }
            Self::NotAPredicate { found } => {
                format!("{found} bukan pernyataan yang benar atau salah.")
            }
            Self::Operands { name } => format!("Banyaknya nilai pada {name} tidak sesuai."),
            Self::Geometry { message } => format!("Geometri tidak dapat dipakai: {message}."),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotCql2 { near } if near.is_empty() => "This is no CQL2 that can be read.".into(),
            Self::NotCql2 { near } => format!("This is no CQL2 that can be read, from \"{near}\"."),
            Self::TooDeep { max } => format!("Nested too deeply; at most {max}."),
            Self::TooManyParts { max } => {
                format!("Too many comparisons or operators; at most {max}.")
            }
            Self::UnknownProperty { name, allowed } => {
                format!("The property \"{name}\" cannot be asked for; there is: {allowed}.")
            }
            Self::Function { name, allowed } => {
                format!("{name} is not answered here; there is: {allowed}.")
            }
            Self::Operator { name } => format!("The operator {name} is not answered here."),
            Self::OperatorOf { name, property } => {
                format!("{name} is not answered of the property `{property}`.")
            }
            Self::ValueOf { property, expected } => {
                format!("A value of the property `{property}` must be {}.", expected.text(Lang::En))
            }
            Self::Sides { name } => format!("{name} needs a property and a known value."),
            Self::NotAPredicate { found } => format!("{found} is neither true nor false."),
            Self::Operands { name } => format!("{name} has the wrong number of operands."),
            Self::Geometry { message } => format!("The geometry cannot be used: {message}."),
        }
    }
}
