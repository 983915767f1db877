//! Enterprises in bulk, as exports read them: only the documents that are asked for, by key or as
//! they lie in the table.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;

use super::enterprises::EnterpriseRow;
use super::schema::enterprises as e;
use super::{AnyConnection, DbError, on_backend};

/// Which documents of a record are read; the other one is as if there were none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Documents {
    /// The public one, of those that have one.
    Public,
    Internal,
    Both,
}

/// Which records are read.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    Keys(&'a [i64]),
    /// All between these two, both with them: in the order of the table.
    Between(i64, i64),
}

/// A time as it is stored. SQLite has it as text, which is read here without trying many forms: that
/// is a tenth of the reading of a record.
#[derive(Debug, Clone, Copy, FromSqlRow)]
struct Moment(NaiveDateTime);

impl FromSql<Timestamp, Pg> for Moment {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Pg>>::from_sql(value).map(Self)
    }
}

impl FromSql<Timestamp, Sqlite> for Moment {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        match moment(value.read_text()) {
            Some(moment) => Ok(Self(moment)),
            None => <NaiveDateTime as FromSql<Timestamp, Sqlite>>::from_sql(value).map(Self),
        }
    }
}

/// `2026-01-02 03:04:05.123456`, with or without the fraction.
fn moment(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        let digits = bytes.get(from..to)?;
        let plain = digits.iter().all(u8::is_ascii_digit);
        plain.then(|| digits.iter().fold(0, |all, digit| all * 10 + u32::from(digit - b'0')))
    };
    let between = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
    if !between.iter().all(|(place, byte)| bytes.get(*place) == Some(byte)) {
        return None;
    }
    let nanos = match bytes.len() {
        19 => 0,
        21..=29 if bytes[19] == b'.' => {
            let shift = u32::try_from(29 - bytes.len()).ok()?;
            number(20, bytes.len())? * 10_u32.pow(shift)
        }
        _ => return None,
    };
    let year = i32::try_from(number(0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)?;
    date.and_hms_nano_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?, nanos)
}

type Read = (i64, String, i32, bool, String, Moment, String, Option<String>);

/// Records with the documents that are asked for; those by keys in no order, missing ones left out.
pub fn read(
    connection: &mut AnyConnection,
    which: Which,
    documents: Documents,
) -> Result<Vec<EnterpriseRow>, DbError> {
    let (internal, public) = match documents {
        Documents::Public => ("''", "public_document"),
        Documents::Internal => ("document", "NULL"),
        Documents::Both => ("document", "public_document"),
    };
    let selected = (
        e::key,
        e::id,
        e::revision,
        e::sample,
        e::responsible_region,
        e::updated_at,
        sql::<Text>(internal),
        sql::<Nullable<Text>>(public),
    );
    let every = (documents != Documents::Public).into_sql::<Bool>();
    let shown = e::public_document.is_not_null().or(every);
    let rows = on_backend!(connection, |inner| match which {
        Which::Keys(keys) =>
            e::table.filter(e::key.eq_any(keys)).filter(shown).select(selected).load::<Read>(inner),
        Which::Between(first, last) => e::table
            .filter(e::key.between(first, last))
            .filter(shown)
            .order(e::key.asc())
            .select(selected)
            .load::<Read>(inner),
    })?;
    let row = |read: Read| {
        let (key, id, revision, sample, responsible_region, at, document, public_document) = read;
        let Moment(updated_at) = at;
        EnterpriseRow {
            key,
            id,
            revision,
            sample,
            responsible_region,
            updated_at,
            document,
            public_document,
        }
    };
    Ok(rows.into_iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written_or_left_to_others() {
        for text in ["2026-01-02 03:04:05.123456", "2026-12-31 23:59:59.120", "2026-01-02 03:04:05"]
        {
            let read = NaiveDateTime::parse_from_str(text, "%F %T%.f").expect("a time");
            assert_eq!(moment(text), Some(read), "{text}");
        }
        for text in [
            "2026-01-02T03:04:05",
            "2026-01-02 03:04",
            "2026-13-02 03:04:05",
            "2026-01-02 03:04:05.",
            "2026-01-02 03:04:05Z",
            "2026-01-02 03:04:05.12+00:00",
            "",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
