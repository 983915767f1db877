-- Possible sentra: the searches for them, and what they found. The same version stands in
-- ../../postgres with the same columns.

CREATE TABLE candidate_searches (
    key           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id            TEXT NOT NULL UNIQUE,
    region        TEXT NOT NULL,
    commodity     TEXT, -- NULL: all
    eps_m         INTEGER NOT NULL,
    min_producers INTEGER NOT NULL,
    state         TEXT NOT NULL, -- waiting, running, stopping, stopped, done, failed
    asked_by      TEXT NOT NULL,
    done          BIGINT NOT NULL,
    total         BIGINT NOT NULL,
    counts        TEXT NOT NULL, -- JSON
    attempts      INTEGER NOT NULL, -- processes that took it up
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL,
    finished_at   TIMESTAMP,
    lease_owner   TEXT, -- the process that works on it
    lease_until   TIMESTAMP
);

CREATE TABLE candidates (
    id                 TEXT PRIMARY KEY NOT NULL,
    search_id          TEXT NOT NULL, -- that found it, or found it again
    commodity          TEXT NOT NULL,
    region             TEXT NOT NULL, -- the narrowest that holds it
    responsible_region TEXT NOT NULL, -- whose office decides of it
    status             TEXT NOT NULL, -- open, confirmed, rejected
    producers          INTEGER NOT NULL,
    cluster            TEXT NOT NULL, -- JSON: its members, its area
    found_at           TIMESTAMP NOT NULL,
    sentra_id          TEXT, -- what it was made
    decided_by         TEXT,
    decided_at         TIMESTAMP,
    reason             TEXT
);
CREATE INDEX candidates_queue ON candidates (status, producers DESC, id);
CREATE INDEX candidates_commodity ON candidates (commodity);
