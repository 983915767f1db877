//! All that is wrapped by the vault's key, in one list: what a rotation goes through.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};

use super::{AnyConnection, DbError, on_backend};

/// A column of wrapped secrets.
pub struct Place {
    pub table: &'static str,
    /// The secret; it may be NULL.
    column: &'static str,
    /// The first column of the primary key, and the second, or `''` where there is none.
    key: [&'static str; 2],
    /// What the secret was bound to when it was wrapped, from the values of the key.
    pub about: fn(&[String; 2]) -> String,
}

/// The list.
pub const PLACES: &[Place] = &[
    Place {
        table: "restricted",
        column: "wrapped_key",
        key: ["enterprise_id", "part"],
        about: |[enterprise_id, part]| format!("{enterprise_id} {part}"),
    },
    Place {
        table: "import_restricted",
        column: "wrapped_key",
        key: ["enterprise_id", "place"],
        about: |[enterprise_id, place]| {
            let part = place.splitn(3, '/').nth(2).unwrap_or_default();
            format!("{enterprise_id} {part}")
        },
    },
    Place {
        table: "imports",
        column: "wrapped_key",
        key: ["id", "''"],
        about: |[id, _]| format!("import {id}"),
    },
    Place {
        table: "visits",
        column: "wrapped_key",
        key: ["id", "''"],
        about: |[id, _]| format!("visit {id}"),
    },
    Place {
        table: "vault_keys",
        column: "wrapped_key",
        key: ["name", "''"],
        about: |[name, _]| format!("vault key {name}"),
    },
    Place {
        table: "signing_keys",
        column: "private_key",
        key: ["kid", "''"],
        about: |[kid, _]| format!("signing-key {kid}"),
    },
    Place {
        table: "users",
        column: "totp_secret",
        key: ["email", "''"],
        about: |[email, _]| format!("totp {email}"),
    },
];

/// A wrapped secret and its place.
#[derive(Debug, Clone)]
pub struct Wrapped {
    pub key: [String; 2],
    pub wrapped: Vec<u8>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    first: String,
    #[diesel(sql_type = Text)]
    second: String,
    #[diesel(sql_type = Binary)]
    wrapped: Vec<u8>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Place {
    /// How many secrets do not begin with a mark.
    pub fn count_without(
        &self,
        connection: &mut AnyConnection,
        mark: &[u8],
    ) -> Result<i64, DbError> {
        let Self { table, column, .. } = self;
        let query =
            format!("SELECT count(*) AS count FROM {table} WHERE substr({column}, 1, 8) <> $1");
        let found: Count = on_backend!(connection, |inner| {
            diesel::sql_query(query).bind::<Binary, _>(mark).get_result(inner)
        })?;
        Ok(found.count)
    }

    /// Up to `limit` secrets beyond `after` that do not begin with a mark, in the order of their
    /// keys.
    pub fn without(
        &self,
        connection: &mut AnyConnection,
        mark: &[u8],
        after: &[String; 2],
        limit: i64,
    ) -> Result<Vec<Wrapped>, DbError> {
        let Self { table, column, key: [first, second], .. } = self;
        let order =
            if *second == "''" { (*first).to_owned() } else { format!("{first}, {second}") };
        let query = format!(
            "SELECT {first} AS first, {second} AS second, {column} AS wrapped FROM {table} \
             WHERE substr({column}, 1, 8) <> $1 AND ({first}, {second}) > ($2, $3) \
             ORDER BY {order} LIMIT $4"
        );
        let found: Vec<Found> = on_backend!(connection, |inner| {
            diesel::sql_query(query)
                .bind::<Binary, _>(mark)
                .bind::<Text, _>(&after[0])
                .bind::<Text, _>(&after[1])
                .bind::<BigInt, _>(limit)
                .load(inner)
        })?;
        let wrapped =
            |found: Found| Wrapped { key: [found.first, found.second], wrapped: found.wrapped };
        Ok(found.into_iter().map(wrapped).collect())
    }

    /// Puts the secret wrapped anew in its place, unless another was put there meanwhile.
    pub fn put(
        &self,
        tx: &mut AnyConnection,
        before: &Wrapped,
        wrapped: &[u8],
    ) -> Result<(), DbError> {
        let Self { table, column, key: [first, second], .. } = self;
        let query = format!(
            "UPDATE {table} SET {column} = $1 \
             WHERE {first} = $2 AND {second} = $3 AND {column} = $4"
        );
        on_backend!(tx, |inner| {
            diesel::sql_query(query)
                .bind::<Binary, _>(wrapped)
                .bind::<Text, _>(&before.key[0])
                .bind::<Text, _>(&before.key[1])
                .bind::<Binary, _>(&before.wrapped)
                .execute(inner)
        })?;
        Ok(())
    }
}
