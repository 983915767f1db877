//! Snapshots of a PostgreSQL database, and how a restored one takes the place of the old one: it is
//! made beside it under another name, and two renames in one transaction exchange them.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::pg_tools::PgUrl;
use super::{contents, quoted};
use crate::db::{AnyConnection, DatabaseUrl, DbError};
use crate::exchange::backup_file::Contents;

/// From where databases are created and renamed: one cannot rename the one that one is in.
const MAINTENANCE: &str = "postgres";
/// PostgreSQL cuts longer names without a word.
const MAX_NAME: usize = 63;

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Text)]
    id: String,
}

/// A moment of the database; as long as this lives, `pg_dump` can read it as it was then.
pub struct Snapshot {
    _transaction: AnyConnection,
    pub id: String,
    /// None if the database was never migrated.
    pub contents: Option<Contents>,
}

/// Exports a snapshot and counts what is in it.
///
/// # Errors
/// The database's.
pub fn snapshot(url: &PgUrl) -> Result<Snapshot, DbError> {
    let mut connection = DatabaseUrl::Postgres(url.full()).connect()?;
    let found: Id = crate::db::on_backend!(&mut connection, |inner| {
        inner.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        diesel::sql_query("SELECT pg_export_snapshot() AS id").get_result(inner)
    })?;
    let contents = contents(&mut connection)?;
    Ok(Snapshot { _transaction: connection, id: found.id, contents })
}

/// The database that is to be replaced.
#[derive(Debug, QueryableByName)]
pub struct Target {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub owner: String,
    #[diesel(sql_type = Text)]
    encoding: String,
    #[diesel(sql_type = Text)]
    collate: String,
    #[diesel(sql_type = Text)]
    ctype: String,
    /// Connections to it beside this one.
    #[diesel(sql_type = BigInt)]
    others: i64,
    /// Whether the role may create a database and rename this one.
    #[diesel(sql_type = Bool)]
    pub replaceable: bool,
    #[diesel(sql_type = Text)]
    pub role: String,
}

/// Looks at the database that is to be replaced; the flag says whether it holds something to lose.
/// None if somebody else is connected to it.
///
/// # Errors
/// The database's.
pub fn target(url: &PgUrl) -> Result<Option<(Target, bool)>, DbError> {
    let mut connection = DatabaseUrl::Postgres(url.full()).connect()?;
    let alone = super::patiently(|| {
        let target = look(&mut connection)?;
        Ok(Some(target).filter(|target| target.others == 0))
    })?;
    let Some(target) = alone else { return Ok(None) };
    let occupied = super::occupied(&mut connection)?;
    Ok(Some((target, occupied)))
}

fn look(connection: &mut AnyConnection) -> Result<Target, DbError> {
    let target = crate::db::on_backend!(connection, |inner| {
        diesel::sql_query(
            "SELECT datname::text AS name, pg_get_userbyid(datdba)::text AS owner, \
                    pg_encoding_to_char(encoding)::text AS encoding, datcollate::text AS collate, \
                    datctype::text AS ctype, current_user::text AS role, \
                    (SELECT count(*) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid() \
                       AND usesysid IS NOT NULL) AS others, \
                    (rolsuper OR (rolcreatedb AND pg_has_role(datdba, 'USAGE'))) AS replaceable \
             FROM pg_database JOIN pg_roles ON rolname = current_user \
             WHERE datname = current_database()",
        )
        .get_result(inner)
    })?;
    Ok(target)
}

/// A name made from another one: `NAME_SUFFIX`, within PostgreSQL's length.
pub fn derived_name(name: &str, suffix: &str) -> String {
    let mut end = name.len().min(MAX_NAME.saturating_sub(suffix.len() + 1));
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{suffix}", &name[..end])
}

/// An empty database beside the one to be replaced; dropped with this value, unless it was swapped.
pub struct Fresh {
    maintenance: AnyConnection,
    pub url: PgUrl,
    name: String,
}

impl Fresh {
    /// Creates it with the owner, encoding and locale of `like`.
    ///
    /// # Errors
    /// The database's.
    pub fn create(url: &PgUrl, like: &Target, name: String) -> Result<Self, DbError> {
        let mut maintenance = DatabaseUrl::Postgres(url.database(MAINTENANCE).full()).connect()?;
        let text = |value: &str| format!("'{}'", value.replace('\'', "''"));
        execute(
            &mut maintenance,
            &format!(
                "CREATE DATABASE {} TEMPLATE template0 OWNER {} ENCODING {} LC_COLLATE {} LC_CTYPE {}",
                quoted(&name),
                quoted(&like.owner),
                text(&like.encoding),
                text(&like.collate),
                text(&like.ctype)
            ),
        )?;
        Ok(Self { maintenance, url: url.database(&name), name })
    }

    /// A connection to it with the rights of its owner.
    ///
    /// # Errors
    /// The database's.
    pub fn connect(&self, owner: &str) -> Result<AnyConnection, DbError> {
        let mut connection = DatabaseUrl::Postgres(self.url.full()).connect()?;
        execute(&mut connection, &format!("SET ROLE {}", quoted(owner)))?;
        Ok(connection)
    }

    /// Gives it the name of the old one, and the old one the name `kept`, in one step.
    ///
    /// # Errors
    /// The database's, above all if somebody is connected to the old one: nothing was changed.
    pub fn take_place_of(mut self, old: &str, kept: &str) -> Result<(), DbError> {
        // Statements sent as one are one transaction.
        let sql = format!(
            "ALTER DATABASE {old} RENAME TO {}; ALTER DATABASE {} RENAME TO {old}",
            quoted(kept),
            quoted(&self.name),
            old = quoted(old)
        );
        execute(&mut self.maintenance, &sql)
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(&self.name));
        if let Err(error) = execute(&mut self.maintenance, &sql) {
            tracing::warn!(database = self.name, %error, "an unfinished restore could not be removed");
        }
    }
}

fn execute(connection: &mut AnyConnection, sql: &str) -> Result<(), DbError> {
    Ok(crate::db::on_backend!(connection, |inner| inner.batch_execute(sql))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_name_is_never_cut_by_postgresql() {
        assert_eq!(derived_name("sentra", "restore_1"), "sentra_restore_1");
        let long = derived_name(&"é".repeat(31), "restore_12345678");
        assert!(long.len() <= MAX_NAME && long.ends_with("é_restore_12345678"), "{long}");
    }
}
