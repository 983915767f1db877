-- The whole record: products as rows, what stands beside enterprises, restricted values, merges,
-- erasures.

-- Earlier states only: the current one stands in its own table.
ALTER TABLE revisions RENAME COLUMN enterprise_id TO entity_id;
DELETE FROM revisions WHERE EXISTS (
    SELECT 1 FROM enterprises e WHERE e.id = revisions.entity_id AND e.revision = revisions.revision
);
CREATE INDEX changes_entity ON changes (entity_id);

-- What each enterprise makes, as the document says it: base units of the dimension a month.
CREATE TABLE products (
    enterprise_id TEXT NOT NULL,
    position      INTEGER NOT NULL,
    name          TEXT NOT NULL,
    commodity     TEXT,
    dimension     TEXT,
    monthly_min   DOUBLE,
    monthly_max   DOUBLE,
    utilisation   INTEGER,
    PRIMARY KEY (enterprise_id, position)
) WITHOUT ROWID;

-- Cooperatives, sentra and observations: current document, and what the public may see of it.
CREATE TABLE documents (
    id                 TEXT PRIMARY KEY NOT NULL,
    entity             TEXT NOT NULL,
    revision           INTEGER NOT NULL,
    sample             BOOLEAN NOT NULL,
    closed             BOOLEAN NOT NULL,
    name               TEXT NOT NULL, -- folded
    region             TEXT NOT NULL,
    responsible_region TEXT NOT NULL,
    subject            TEXT,
    document           TEXT NOT NULL,
    public_document    TEXT -- NULL unless published
);
CREATE INDEX documents_by_name ON documents (entity, name, id);
CREATE INDEX documents_subject ON documents (subject);

-- Restricted values, sealed under a key of their own, which the vault's key wraps.
CREATE TABLE restricted (
    enterprise_id TEXT NOT NULL,
    part          TEXT NOT NULL, -- business, person:0, person:1, …
    wrapped_key   BLOB NOT NULL,
    sealed        BLOB NOT NULL,
    PRIMARY KEY (enterprise_id, part)
);

-- What a merge changed, so that it can be undone exactly.
CREATE TABLE merges (
    duplicate_id    TEXT PRIMARY KEY NOT NULL,
    survivor_id     TEXT NOT NULL,
    merged_at       TIMESTAMP NOT NULL,
    survivor_before INTEGER NOT NULL, -- revisions
    survivor_after  INTEGER NOT NULL,
    duplicate_before INTEGER NOT NULL
);
CREATE INDEX merges_survivor ON merges (survivor_id);

-- Requests by which persons had their values taken out.
CREATE TABLE erasures (
    id            TEXT PRIMARY KEY NOT NULL,
    enterprise_id TEXT NOT NULL,
    request       TEXT NOT NULL,
    actor         TEXT NOT NULL,
    at            TIMESTAMP NOT NULL
);
