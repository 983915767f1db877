-- The record on PostgreSQL. The same version stands in ../../sqlite with the same columns.

CREATE TABLE settings (
    name  TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    value TEXT COLLATE "C" NOT NULL
);

-- Reference codes.
CREATE TABLE regions (
    code        TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    level       TEXT COLLATE "C" NOT NULL,
    parent      TEXT COLLATE "C",
    name        TEXT COLLATE "C" NOT NULL,
    bps_code    TEXT COLLATE "C",
    lon         DOUBLE PRECISION NOT NULL,
    lat         DOUBLE PRECISION NOT NULL,
    postal_code TEXT COLLATE "C",
    edition     TEXT COLLATE "C" NOT NULL
);
CREATE TABLE region_geometries (
    code        TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES regions (code),
    geometry    TEXT NOT NULL, -- GeoJSON
    approximate BOOLEAN NOT NULL,
    source      TEXT COLLATE "C" NOT NULL
);
CREATE TABLE commodities (
    code     TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    name_en  TEXT COLLATE "C" NOT NULL,
    sector   TEXT COLLATE "C" NOT NULL,
    kbli     TEXT COLLATE "C",
    unit     TEXT COLLATE "C",
    synonyms TEXT COLLATE "C" NOT NULL -- separated by |
);
CREATE TABLE kbli (
    edition TEXT COLLATE "C" NOT NULL,
    code    TEXT COLLATE "C" NOT NULL,
    title   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (edition, code)
);

-- The record: current document, and beside it what the public may see of it.
CREATE TABLE enterprises (
    key                BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id                 TEXT COLLATE "C" NOT NULL UNIQUE,
    revision           INTEGER NOT NULL,
    sample             BOOLEAN NOT NULL,
    responsible_region TEXT COLLATE "C" NOT NULL,
    updated_at         TIMESTAMP NOT NULL,
    document TEXT NOT NULL,
    public_document TEXT -- NULL unless published
);
CREATE INDEX enterprises_sample ON enterprises (sample) WHERE sample;

CREATE TABLE revisions (
    enterprise_id TEXT COLLATE "C" NOT NULL,
    revision      INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (enterprise_id, revision)
);

-- Append-only: audit trail, feed and the projections' source in one place.
CREATE TABLE changes (
    seq       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        TIMESTAMP NOT NULL,
    log_epoch TEXT COLLATE "C" NOT NULL,
    actor     TEXT COLLATE "C" NOT NULL,
    job_id    TEXT COLLATE "C",
    reason    TEXT COLLATE "C",
    entity    TEXT COLLATE "C" NOT NULL,
    entity_id TEXT COLLATE "C" NOT NULL,
    action    TEXT COLLATE "C" NOT NULL,
    revision  INTEGER NOT NULL
);

-- Which row of a list an enterprise came from, so that the same list again changes nothing.
CREATE TABLE source_rows (
    identity      TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    enterprise_id TEXT COLLATE "C" NOT NULL,
    content       TEXT COLLATE "C" NOT NULL
);
CREATE INDEX source_rows_enterprise ON source_rows (enterprise_id);

CREATE TABLE areas (
    id         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    geometry   TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE users (
    email         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    role          TEXT COLLATE "C" NOT NULL,
    area          TEXT COLLATE "C",
    created_at    TIMESTAMP NOT NULL
);
CREATE TABLE sessions (
    token_hash TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    email      TEXT COLLATE "C" NOT NULL REFERENCES users (email) ON DELETE CASCADE,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_email ON sessions (email);

CREATE TABLE idempotency_keys (
    actor         TEXT COLLATE "C" NOT NULL,
    key           TEXT COLLATE "C" NOT NULL,
    request_hash  TEXT COLLATE "C" NOT NULL,
    enterprise_id TEXT COLLATE "C" NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (actor, key)
);
