-- Official figures, sealed. The same version stands in ../../postgres with the same columns.

CREATE TABLE releases (
    id             TEXT PRIMARY KEY NOT NULL,
    title          TEXT NOT NULL,
    reference_date DATE NOT NULL,
    contact        TEXT NOT NULL,
    note           TEXT,
    state          TEXT NOT NULL, -- computing, failed, sealed, withdrawn
    position       BIGINT UNIQUE, -- in the order of sealing; NULL until then
    done           BIGINT NOT NULL,
    total          BIGINT NOT NULL,
    created_by     TEXT NOT NULL,
    created_at     TIMESTAMP NOT NULL,
    updated_at     TIMESTAMP NOT NULL, -- a sign of life while computing
    sealed_at      TIMESTAMP,
    seq            BIGINT,
    sample         BOOLEAN NOT NULL,
    sha256         TEXT, -- of the document
    document       TEXT, -- JSON, byte by byte
    thresholds     TEXT, -- JSON: how cells are rounded from then on; never published
    withdrawn_by   TEXT,
    withdrawn_at   TIMESTAMP,
    reason         TEXT -- why it was withdrawn
);
