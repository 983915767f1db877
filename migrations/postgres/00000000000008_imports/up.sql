-- Imports: their log, what each changed, the files, and mappings that are kept. The same version
-- stands in ../../sqlite with the same columns.

CREATE TABLE imports (
    key         BIGSERIAL PRIMARY KEY,
    id          TEXT COLLATE "C" NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    sha256      TEXT COLLATE "C" NOT NULL,
    source      TEXT,
    uploaded_by TEXT COLLATE "C" NOT NULL,
    area        TEXT COLLATE "C", -- of the uploader; NULL: the whole province
    actor       TEXT COLLATE "C" NOT NULL, -- who asked for what runs, or ran last
    state       TEXT COLLATE "C" NOT NULL,
    options     TEXT NOT NULL, -- JSON
    counts      TEXT NOT NULL, -- JSON: preview, result, undo
    done        BIGINT NOT NULL,
    total       BIGINT NOT NULL,
    problem     TEXT, -- JSON: why it failed
    reason      TEXT, -- why it was undone
    cursor      TEXT COLLATE "C" NOT NULL, -- how far an undo has come
    wrapped_key BYTEA, -- of the pieces in import_files
    has_file    BOOLEAN NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    expires_at  TIMESTAMP,
    lease_owner TEXT COLLATE "C", -- the process that works on it
    lease_until TIMESTAMP
);
CREATE INDEX imports_sha256 ON imports (sha256);

-- What an import did to which record.
CREATE TABLE import_records (
    import_key         BIGINT NOT NULL,
    enterprise_id      TEXT COLLATE "C" NOT NULL,
    revision           INTEGER NOT NULL, -- after it
    action             TEXT COLLATE "C" NOT NULL, -- created, updated, published
    revision_before    INTEGER,
    identity           TEXT COLLATE "C", -- of the source row; NULL where it created the record
    content_before     TEXT COLLATE "C", -- of the source row; NULL where there was none
    restricted_changed BOOLEAN NOT NULL,
    PRIMARY KEY (import_key, enterprise_id, revision)
);

-- Sealed values as they were before an import changed them.
CREATE TABLE import_restricted (
    enterprise_id    TEXT COLLATE "C" NOT NULL,
    place            TEXT COLLATE "C" NOT NULL, -- key of the import, revision before it, part: 12/3/person:0
    wrapped_key      BYTEA NOT NULL,
    sealed           BYTEA NOT NULL,
    national_id_hash BYTEA,
    PRIMARY KEY (enterprise_id, place)
);

-- Uploaded files and reports, in encrypted pieces.
CREATE TABLE import_files (
    import_key BIGINT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL, -- file, sheets, mapping, preview, result, undo
    number     INTEGER NOT NULL,
    counts     TEXT NOT NULL, -- JSON: rows of a report by outcome
    sealed     BYTEA NOT NULL,
    PRIMARY KEY (import_key, kind, number)
);

-- What a person said of the columns of a source's lists.
CREATE TABLE saved_mappings (
    area     TEXT COLLATE "C" NOT NULL, -- of the import; empty: the whole province
    source   TEXT COLLATE "C" NOT NULL,
    layout   TEXT COLLATE "C" NOT NULL,
    mapping  TEXT NOT NULL, -- JSON
    saved_by TEXT COLLATE "C" NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (area, source, layout)
);

-- Whose the records were that an undo took away: who may be told so.
CREATE TABLE removed_records (
    enterprise_id      TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    responsible_region TEXT COLLATE "C" NOT NULL,
    author             TEXT COLLATE "C",
    cooperative        TEXT COLLATE "C",
    was_public         BOOLEAN NOT NULL -- at any time
);
