-- Possible sentra: the searches for them, and what they found. The same version stands in
-- ../../sqlite with the same columns.

CREATE TABLE candidate_searches (
    key           BIGSERIAL PRIMARY KEY,
    id            TEXT COLLATE "C" NOT NULL UNIQUE,
    region        TEXT COLLATE "C" NOT NULL,
    commodity     TEXT COLLATE "C", -- NULL: all
    eps_m         INTEGER NOT NULL,
    min_producers INTEGER NOT NULL,
    state         TEXT COLLATE "C" NOT NULL, -- waiting, running, stopping, stopped, done, failed
    asked_by      TEXT COLLATE "C" NOT NULL,
    done          BIGINT NOT NULL,
    total         BIGINT NOT NULL,
    counts        TEXT NOT NULL, -- JSON
    attempts      INTEGER NOT NULL, -- processes that took it up
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL,
    finished_at   TIMESTAMP,
    lease_owner   TEXT COLLATE "C", -- the process that works on it
    lease_until   TIMESTAMP
);

CREATE TABLE candidates (
    id                 TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    search_id          TEXT COLLATE "C" NOT NULL, -- that found it, or found it again
    commodity          TEXT COLLATE "C" NOT NULL,
    region             TEXT COLLATE "C" NOT NULL, -- the narrowest that holds it
    responsible_region TEXT COLLATE "C" NOT NULL, -- whose office decides of it
    status             TEXT COLLATE "C" NOT NULL, -- open, confirmed, rejected
    producers          INTEGER NOT NULL,
    cluster            TEXT NOT NULL, -- JSON: its members, its area
    found_at           TIMESTAMP NOT NULL,
    sentra_id          TEXT COLLATE "C", -- what it was made
    decided_by         TEXT COLLATE "C",
    decided_at         TIMESTAMP,
    reason             TEXT
);
CREATE INDEX candidates_queue ON candidates (status, producers DESC, id);
CREATE INDEX candidates_commodity ON candidates (commodity);
