-- The record on SQLite. The same version stands in ../../postgres with the same columns.

CREATE TABLE settings (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- Reference codes.
CREATE TABLE regions (
    code        TEXT PRIMARY KEY NOT NULL,
    level       TEXT NOT NULL,
    parent      TEXT,
    name        TEXT NOT NULL,
    bps_code    TEXT,
    lon         DOUBLE NOT NULL,
    lat         DOUBLE NOT NULL,
    postal_code TEXT,
    edition     TEXT NOT NULL
);
CREATE TABLE region_geometries (
    code        TEXT PRIMARY KEY NOT NULL REFERENCES regions (code),
    geometry    TEXT NOT NULL, -- GeoJSON
    approximate BOOLEAN NOT NULL,
    source      TEXT NOT NULL
);
CREATE TABLE commodities (
    code     TEXT PRIMARY KEY NOT NULL,
    name     TEXT NOT NULL,
    name_en  TEXT NOT NULL,
    sector   TEXT NOT NULL,
    kbli     TEXT,
    unit     TEXT,
    synonyms TEXT NOT NULL -- separated by |
);
CREATE TABLE kbli (
    edition TEXT NOT NULL,
    code    TEXT NOT NULL,
    title   TEXT NOT NULL,
    PRIMARY KEY (edition, code)
);

-- The record: current document, and beside it what the public may see of it.
CREATE TABLE enterprises (
    key                INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id                 TEXT NOT NULL UNIQUE,
    revision           INTEGER NOT NULL,
    sample             BOOLEAN NOT NULL,
    responsible_region TEXT NOT NULL,
    updated_at         TIMESTAMP NOT NULL,
    document           TEXT NOT NULL,
    public_document    TEXT -- NULL unless published
);
CREATE INDEX enterprises_sample ON enterprises (sample) WHERE sample;

CREATE TABLE revisions (
    enterprise_id TEXT NOT NULL,
    revision      INTEGER NOT NULL,
    document      TEXT NOT NULL,
    PRIMARY KEY (enterprise_id, revision)
);

-- Append-only: audit trail, feed and the projections' source in one place.
CREATE TABLE changes (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at        TIMESTAMP NOT NULL,
    log_epoch TEXT NOT NULL,
    actor     TEXT NOT NULL,
    job_id    TEXT,
    reason    TEXT,
    entity    TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    action    TEXT NOT NULL,
    revision  INTEGER NOT NULL
);

-- Which row of a list an enterprise came from, so that the same list again changes nothing.
CREATE TABLE source_rows (
    identity      TEXT PRIMARY KEY NOT NULL,
    enterprise_id TEXT NOT NULL,
    content       TEXT NOT NULL
);
CREATE INDEX source_rows_enterprise ON source_rows (enterprise_id);

CREATE TABLE areas (
    id         TEXT PRIMARY KEY NOT NULL,
    geometry   TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE users (
    email         TEXT PRIMARY KEY NOT NULL,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL,
    area          TEXT,
    created_at    TIMESTAMP NOT NULL
);
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY NOT NULL,
    email      TEXT NOT NULL REFERENCES users (email) ON DELETE CASCADE,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_email ON sessions (email);

CREATE TABLE idempotency_keys (
    actor         TEXT NOT NULL,
    key           TEXT NOT NULL,
    request_hash  TEXT NOT NULL,
    enterprise_id TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (actor, key)
);
