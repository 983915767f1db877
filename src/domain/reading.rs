//! The words of the log of reads: what kinds of reading there are, what is kept of one, and what
//! the report on a breach says (UU 27/2022 art. 46: within 72 hours).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;
use uuid::Uuid;

use super::actor::Visibility;

/// A kind of reading.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ReadKind {
    /// One record or document.
    Record,
    /// Earlier states of a record, or who changed it.
    Revision,
    /// Restricted values of a record.
    Restricted,
    /// Which records hold a NIK; one line for each that was found.
    PersonMatch,
    /// All that is kept of a person, on their request.
    PersonExport,
    /// A page of a list, also as GeoJSON.
    List,
    /// Suggestions while somebody types: names of enterprises or products.
    Suggestions,
    /// A file of all that passes a filter: a line when it begins and one when it ends.
    Export,
    /// Map tiles, those of one moment with one filter together.
    Tile,
    /// A pair of the queue of duplicates, alone or on a page; a line for each record that was shown.
    Duplicates,
    /// An uploaded list: what its columns hold, rows of its reports, its corrected file.
    Import,
    /// Counts of quality rules.
    Quality,
    /// Counts and sums by groups.
    Stats,
    /// A page of the change feed.
    Changes,
}

impl ReadKind {
    /// Whether it is of one record.
    pub fn is_of_one(self) -> bool {
        matches!(
            self,
            Self::Record
                | Self::Revision
                | Self::Restricted
                | Self::PersonMatch
                | Self::PersonExport
                | Self::Duplicates
        )
    }
}

/// What is kept of a reading beside its columns, by its kind.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Detail {
    /// Parts of the restricted values: `business`, `person:0` and so on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub parts: Vec<String>,
    /// NIKs were shown whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub unmasked: bool,
    /// How many passed a list's filter in all, on this page or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<usize>,
    /// Which export: its lines have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ExportState>,
    /// West, south, east, north of the tiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 4]>,
    /// What was counted by, and what was summed up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub groups: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub measures: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i32>,
    /// Which words of the filter were taken with typos: a bit for each, the first the lowest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typos: Option<u32>,
    /// Of the change feed: changes above this `seq`, up to `through`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<i64>,
}

/// How an export stands at one of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    Begun,
    Done,
    /// The reader left or it failed; `count` are the rows sent up to then.
    Broken,
}

/// A logged reading.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LoggedRead {
    pub seq: i64,
    pub began_at: DateTime<Utc>,
    /// When it ended.
    pub at: DateTime<Utc>,
    pub actor: String,
    /// Of which records the internal tier was theirs: `all`, `area:CODE`, `own`, `own:COOPERATIVE`,
    /// or `none`.
    #[schema(example = "area:35.15")]
    pub scope: String,
    pub kind: ReadKind,
    #[schema(example = "enterprise")]
    pub entity: String,
    /// Null where it was of many.
    pub entity_id: Option<String>,
    pub purpose: Option<String>,
    /// As given; a NIK in it is crossed out.
    #[schema(example = "kind=ikm&region=35.15")]
    pub filter: Option<String>,
    /// Rows of the internal or restricted tier; of tiles, the tiles.
    pub count: i64,
    pub detail: Detail,
    pub request_id: Option<String>,
}

/// Who read a record or was shown it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordReadReport {
    pub enterprise_id: Uuid,
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// Who asked for this record.
    pub direct: Vec<DirectReads>,
    /// Whose lists, suggestions, exports, tiles and feed it passed through, as it was then.
    pub shown: Vec<ShownReads>,
    /// Who changed it, and so saw it.
    pub changed_by: Vec<Changes>,
}

/// Readings of one record by one account, of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DirectReads {
    pub actor: String,
    pub kind: ReadKind,
    pub times: i64,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    /// Times that NIKs were shown whole.
    pub unmasked: i64,
    pub purposes: Vec<String>,
}

/// Readings of many by one account, of one kind and with one filter, which the record passed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ShownReads {
    pub actor: String,
    pub kind: ReadKind,
    pub filter: Option<String>,
    pub times: i64,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    /// Rows of all these readings; of tiles, the tiles.
    pub rows: i64,
    /// At least once all that passed was shown, and so the record was; otherwise it may have been.
    pub certain: bool,
}

/// Changes of one record by one account.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Changes {
    pub actor: String,
    pub times: i64,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
}

/// What an account read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActorReadReport {
    pub actor: String,
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// Records and documents that they asked for one by one, each counted once.
    pub records: i64,
    pub kinds: Vec<KindReads>,
    /// Filters of lists, suggestions, exports and tiles, the most used first.
    pub filters: Vec<FilterReads>,
    /// Restricted values, the newest first.
    pub restricted: Vec<LoggedRead>,
}

/// Readings of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct KindReads {
    pub kind: ReadKind,
    pub times: i64,
    pub rows: i64,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
}

/// Readings of one kind with one filter.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FilterReads {
    pub kind: ReadKind,
    pub filter: String,
    pub times: i64,
    pub rows: i64,
}

impl Visibility {
    /// As it is kept in the log.
    pub fn scope(&self) -> String {
        match self {
            Self::Public => "none".to_owned(),
            Self::Internal { area: None } => "all".to_owned(),
            Self::Internal { area: Some(area) } => format!("area:{area}"),
            Self::Own { cooperative: None, .. } => "own".to_owned(),
            Self::Own { cooperative: Some(id), .. } => format!("own:{id}"),
        }
    }

    /// What was kept in the log of somebody; None for what cannot be read.
    pub fn of_scope(scope: &str, actor: &str) -> Option<Self> {
        let author = actor.to_owned();
        match scope.split_once(':') {
            None if scope == "none" => Some(Self::Public),
            None if scope == "all" => Some(Self::Internal { area: None }),
            None if scope == "own" => Some(Self::Own { author, cooperative: None }),
            Some(("area", area)) => Some(Self::Internal { area: Some(area.parse().ok()?) }),
            Some(("own", id)) => Some(Self::Own { author, cooperative: Some(id.parse().ok()?) }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_read_as_it_was_kept() {
        let author = || "a@b.id".to_owned();
        for visibility in [
            Visibility::Public,
            Visibility::Internal { area: None },
            Visibility::Internal { area: "35.15".parse().ok() },
            Visibility::Own { author: author(), cooperative: None },
            Visibility::Own { author: author(), cooperative: Some(Uuid::from_u128(7)) },
        ] {
            assert_eq!(Visibility::of_scope(&visibility.scope(), &author()), Some(visibility));
        }
        assert_eq!(Visibility::of_scope("area:x", "a"), None);
    }
}
