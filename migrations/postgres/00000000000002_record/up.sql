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
    enterprise_id TEXT COLLATE "C" NOT NULL,
    position      INTEGER NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    commodity TEXT COLLATE "C",
    dimension TEXT COLLATE "C",
    monthly_min   DOUBLE PRECISION,
    monthly_max   DOUBLE PRECISION,
    utilisation   INTEGER,
    PRIMARY KEY (enterprise_id, position)
);

-- Cooperatives, sentra and observations: current document, and what the public may see of it.
CREATE TABLE documents (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    entity TEXT COLLATE "C" NOT NULL,
    revision           INTEGER NOT NULL,
    sample             BOOLEAN NOT NULL,
    closed             BOOLEAN NOT NULL,
    name TEXT COLLATE "C" NOT NULL, -- folded
    region TEXT COLLATE "C" NOT NULL,
    responsible_region TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C",
    document           TEXT NOT NULL,
    public_document    TEXT -- NULL unless published
);
CREATE INDEX documents_by_name ON documents (entity, name, id);
CREATE INDEX documents_subject ON documents (subject);

-- Restricted values, sealed under a key of their own, which the vault's key wraps.
CREATE TABLE restricted (
    enterprise_id TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL, -- business, person:0, person:1, …
    wrapped_key   BYTEA NOT NULL,
    sealed        BYTEA NOT NULL,
    PRIMARY KEY (enterprise_id, part)
);

-- What a merge changed, so that it can be undone exactly.
CREATE TABLE merges (
    duplicate_id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    survivor_id TEXT COLLATE "C" NOT NULL,
    merged_at       TIMESTAMP NOT NULL,
    survivor_before INTEGER NOT NULL, -- revisions
    survivor_after  INTEGER NOT NULL,
    duplicate_before INTEGER NOT NULL
);
CREATE INDEX merges_survivor ON merges (survivor_id);

-- Requests by which persons had their values taken out.
CREATE TABLE erasures (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    enterprise_id TEXT COLLATE "C" NOT NULL,
    request       TEXT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at            TIMESTAMP NOT NULL
);
