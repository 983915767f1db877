-- Imports: their log, what each changed, the files, and mappings that are kept. The same version
-- stands in ../../postgres with the same columns.

CREATE TABLE imports (
    key         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id          TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    sha256      TEXT NOT NULL,
    source      TEXT,
    uploaded_by TEXT NOT NULL,
    area        TEXT, -- of the uploader; NULL: the whole province
    actor       TEXT NOT NULL, -- who asked for what runs, or ran last
    state       TEXT NOT NULL,
    options     TEXT NOT NULL, -- JSON
    counts      TEXT NOT NULL, -- JSON: preview, result, undo
    done        BIGINT NOT NULL,
    total       BIGINT NOT NULL,
    problem     TEXT, -- JSON: why it failed
    reason      TEXT, -- why it was undone
    cursor      TEXT NOT NULL, -- how far an undo has come
    wrapped_key BLOB, -- of the pieces in import_files
    has_file    BOOLEAN NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    expires_at  TIMESTAMP,
    lease_owner TEXT, -- the process that works on it
    lease_until TIMESTAMP
);
CREATE INDEX imports_sha256 ON imports (sha256);

-- What an import did to which record.
CREATE TABLE import_records (
    import_key         BIGINT NOT NULL,
    enterprise_id      TEXT NOT NULL,
    revision           INTEGER NOT NULL, -- after it
    action             TEXT NOT NULL, -- created, updated, published
    revision_before    INTEGER,
    identity           TEXT, -- of the source row; NULL where it created the record
    content_before     TEXT, -- of the source row; NULL where there was none
    restricted_changed BOOLEAN NOT NULL,
    PRIMARY KEY (import_key, enterprise_id, revision)
) WITHOUT ROWID;

-- Sealed values as they were before an import changed them.
CREATE TABLE import_restricted (
    enterprise_id    TEXT NOT NULL,
    place            TEXT NOT NULL, -- key of the import, revision before it, part: 12/3/person:0
    wrapped_key      BLOB NOT NULL,
    sealed           BLOB NOT NULL,
    national_id_hash BLOB,
    PRIMARY KEY (enterprise_id, place)
);

-- Uploaded files and reports, in encrypted pieces.
CREATE TABLE import_files (
    import_key BIGINT NOT NULL,
    kind       TEXT NOT NULL, -- file, sheets, mapping, preview, result, undo
    number     INTEGER NOT NULL,
    counts     TEXT NOT NULL, -- JSON: rows of a report by outcome
    sealed     BLOB NOT NULL,
    PRIMARY KEY (import_key, kind, number)
);

-- What a person said of the columns of a source's lists.
CREATE TABLE saved_mappings (
    area     TEXT NOT NULL, -- of the import; empty: the whole province
    source   TEXT NOT NULL,
    layout   TEXT NOT NULL,
    mapping  TEXT NOT NULL, -- JSON
    saved_by TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (area, source, layout)
);

-- Whose the records were that an undo took away: who may be told so.
CREATE TABLE removed_records (
    enterprise_id      TEXT PRIMARY KEY NOT NULL,
    responsible_region TEXT NOT NULL,
    author             TEXT,
    cooperative        TEXT,
    was_public         BOOLEAN NOT NULL -- at any time
);
