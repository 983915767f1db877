//! Cooperatives, sentra and observations.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::schema::{documents, enterprises};
use super::{AnyConnection, DbError, on_backend, revisions};

/// A document as stored.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = documents, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DocumentRow {
    pub id: String,
    pub entity: String,
    pub revision: i32,
    pub sample: bool,
    pub closed: bool,
    /// Folded.
    pub name: String,
    pub region: String,
    pub responsible_region: String,
    pub subject: Option<String>,
    /// JSON.
    pub document: String,
    /// JSON; None unless published.
    pub public_document: Option<String>,
}

/// Which documents are listed.
#[derive(Debug, Clone, Default)]
pub struct DocumentQuery {
    pub entity: &'static str,
    /// Region code of any level.
    pub region: Option<String>,
    pub subject: Option<String>,
    /// Folded words of the name.
    pub words: Vec<String>,
    /// None: the public's view of published ones. Some: all, those of this area (every area if
    /// empty) at the internal tier.
    pub internal_area: Option<String>,
    /// Beside the published ones, this one: the cooperative of its officer.
    pub own: Option<String>,
    /// They are about something else (`subject`): where the public may not see that, they are
    /// not listed to the public.
    pub about_others: bool,
    /// Name and id of the last one of the page before.
    pub after: Option<(String, String)>,
    pub limit: i64,
}

/// One document.
pub fn by_id(
    connection: &mut AnyConnection,
    entity: &str,
    id: &str,
) -> Result<Option<DocumentRow>, DbError> {
    let row = documents::table
        .filter(documents::id.eq(id))
        .filter(documents::entity.eq(entity))
        .first(connection)
        .optional()?;
    Ok(row)
}

/// One document, if the public may see it.
pub fn published_by_id(
    connection: &mut AnyConnection,
    entity: &str,
    id: &str,
) -> Result<Option<DocumentRow>, DbError> {
    let row = documents::table
        .filter(documents::id.eq(id))
        .filter(documents::entity.eq(entity))
        .filter(documents::public_document.is_not_null())
        .first(connection)
        .optional()?;
    Ok(row)
}

/// The documents of these ids, in no order; missing ones are left out.
pub fn by_ids(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<DocumentRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        documents::table.filter(documents::id.eq_any(ids)).load(inner)
    })?;
    Ok(rows)
}

/// The documents that are about one of these subjects: `enterprise:ID` and the like, for a
/// cooperative below another its bare id.
pub fn about(
    connection: &mut AnyConnection,
    subjects: &[String],
) -> Result<Vec<DocumentRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        documents::table.filter(documents::subject.eq_any(subjects)).load(inner)
    })?;
    Ok(rows)
}

/// The documents of a kind in which an id stands somewhere.
pub fn naming(
    connection: &mut AnyConnection,
    entity: &str,
    id: &str,
) -> Result<Vec<DocumentRow>, DbError> {
    let rows = documents::table
        .filter(documents::entity.eq(entity))
        .filter(documents::document.like(format!("%\"{id}\"%")))
        .load(connection)?;
    Ok(rows)
}

/// One document, its row locked until the transaction ends.
pub fn by_id_for_update(
    tx: &mut AnyConnection,
    entity: &str,
    id: &str,
) -> Result<Option<DocumentRow>, DbError> {
    let wanted = documents::table.filter(documents::id.eq(id)).filter(documents::entity.eq(entity));
    let row = match tx {
        AnyConnection::Pg(pg) => wanted.for_update().first(pg).optional()?,
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(sqlite) => wanted.first(sqlite).optional()?,
    };
    Ok(row)
}

/// The region that the office of a record or document is responsible for; None if there is none
/// with this id.
pub fn responsible_region(
    connection: &mut AnyConnection,
    entity: &str,
    id: &str,
) -> Result<Option<String>, DbError> {
    let region = if entity == "enterprise" {
        enterprises::table
            .filter(enterprises::id.eq(id))
            .select(enterprises::responsible_region)
            .first(connection)
            .optional()?
    } else {
        by_id(connection, entity, id)?.map(|row| row.responsible_region)
    };
    Ok(region)
}

/// That there is something under an id, whose it is and whether the public may see it.
#[derive(Debug, Clone, Queryable)]
pub struct Held {
    pub id: String,
    pub entity: String,
    pub responsible_region: String,
    pub published: bool,
}

/// What there is under these ids, records and documents alike, in no order.
pub fn held(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<Held>, DbError> {
    let columns = (
        documents::id,
        documents::entity,
        documents::responsible_region,
        documents::public_document.is_not_null(),
    );
    let mut held: Vec<Held> = on_backend!(connection, |inner| {
        documents::table.filter(documents::id.eq_any(ids)).select(columns).load(inner)
    })?;
    let columns = (
        enterprises::id,
        enterprises::responsible_region,
        enterprises::public_document.is_not_null(),
    );
    let records: Vec<(String, String, bool)> = on_backend!(connection, |inner| {
        enterprises::table.filter(enterprises::id.eq_any(ids)).select(columns).load(inner)
    })?;
    let entity = || "enterprise".to_owned();
    held.extend(records.into_iter().map(|(id, responsible_region, published)| Held {
        id,
        entity: entity(),
        responsible_region,
        published,
    }));
    Ok(held)
}

/// Open documents in the order of their names. Which tier of each is for the caller is the
/// caller's question; those that are for them in no tier are left out.
pub fn list(
    connection: &mut AnyConnection,
    query: &DocumentQuery,
) -> Result<Vec<DocumentRow>, DbError> {
    let mut wanted =
        wanted(query).order((documents::name.asc(), documents::id.asc())).limit(query.limit);
    if let Some((name, id)) = &query.after {
        let later = documents::name.gt(name).or(documents::name.eq(name).and(documents::id.gt(id)));
        wanted = wanted.filter(later);
    }
    Ok(wanted.load(connection)?)
}

/// How many documents [`list`] lists in all, from the first page to the last.
pub fn count(connection: &mut AnyConnection, query: &DocumentQuery) -> Result<i64, DbError> {
    Ok(wanted(query).count().get_result(connection)?)
}

/// What a document is about is a region, or something that the public may see: `enterprise:ID`,
/// `cooperative:ID`, `sentra:ID`.
const SUBJECT_IS_PUBLIC: &str = "(documents.subject LIKE 'region:%' \
    OR EXISTS (SELECT 1 FROM enterprises e \
        WHERE e.id = substr(documents.subject, 12) AND e.public_document IS NOT NULL) \
    OR EXISTS (SELECT 1 FROM documents d \
        WHERE d.id IN (substr(documents.subject, 13), substr(documents.subject, 8)) \
        AND d.public_document IS NOT NULL))";

type Wanted<'a> = documents::BoxedQuery<'a, <AnyConnection as diesel::Connection>::Backend>;

fn wanted(query: &DocumentQuery) -> Wanted<'_> {
    let mut wanted = documents::table
        .filter(documents::entity.eq(query.entity))
        .filter(documents::closed.eq(false))
        .into_boxed();
    if let Some(region) = &query.region {
        let below = format!("{region}.%");
        wanted = wanted.filter(documents::region.eq(region).or(documents::region.like(below)));
    }
    if let Some(subject) = &query.subject {
        wanted = wanted.filter(documents::subject.eq(subject));
    }
    for word in &query.words {
        // Folded words hold letters, digits and spaces only.
        wanted = wanted.filter(documents::name.like(format!("%{word}%")));
    }
    match query.internal_area.as_deref() {
        None => {
            let own = documents::id.eq(query.own.clone().unwrap_or_default());
            wanted = wanted.filter(documents::public_document.is_not_null().or(own));
            if query.about_others {
                wanted = wanted.filter(sql::<Bool>(SUBJECT_IS_PUBLIC));
            }
        }
        Some("") => {}
        Some(area) => {
            let below = format!("{area}.%");
            let own = documents::responsible_region
                .eq(area)
                .or(documents::responsible_region.like(below));
            wanted = wanted.filter(documents::public_document.is_not_null().or(own.clone()));
            if query.about_others {
                wanted = wanted.filter(sql::<Bool>(SUBJECT_IS_PUBLIC).or(own));
            }
        }
    }
    wanted
}

/// Stores a new document.
pub fn insert(tx: &mut AnyConnection, row: &DocumentRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(documents::table).values(row).execute(inner))?;
    Ok(())
}

/// Stores a new state; the earlier one becomes a revision.
pub fn update(
    tx: &mut AnyConnection,
    before: &DocumentRow,
    row: &DocumentRow,
) -> Result<(), DbError> {
    revisions::keep(tx, &before.id, before.revision, &before.document)?;
    on_backend!(tx, |inner| {
        diesel::update(documents::table.filter(documents::id.eq(&row.id))).set(row).execute(inner)
    })?;
    Ok(())
}

/// Kind and id of all sample documents.
pub fn samples(connection: &mut AnyConnection) -> Result<Vec<(String, String)>, DbError> {
    let rows = documents::table
        .filter(documents::sample.eq(true))
        .select((documents::entity, documents::id))
        .load(connection)?;
    Ok(rows)
}

/// Takes documents and their revisions away. Only sample data is ever removed so.
pub fn delete(tx: &mut AnyConnection, ids: &[String]) -> Result<(), DbError> {
    use super::schema::revisions;
    on_backend!(tx, |inner| {
        diesel::delete(revisions::table.filter(revisions::entity_id.eq_any(ids))).execute(inner)?;
        diesel::delete(documents::table.filter(documents::id.eq_any(ids))).execute(inner)
    })?;
    Ok(())
}
