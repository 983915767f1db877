-- What came of looking again at records that were verified, and the queue of visits that are held.
-- The same version stands in ../../sqlite with the same columns.
CREATE TABLE desk_checks (
    key           BIGSERIAL PRIMARY KEY,
    id            TEXT COLLATE "C" NOT NULL UNIQUE,
    enterprise_id TEXT COLLATE "C" NOT NULL,
    revision      INTEGER NOT NULL, -- of the enterprise, as it was looked at
    region        TEXT COLLATE "C" NOT NULL, -- the regency whose desk had verified it
    outcome       TEXT COLLATE "C" NOT NULL, -- confirmed, wrong, not_found
    fields        TEXT NOT NULL, -- JSON: which fields are wrong
    note          TEXT,
    checked_by    TEXT COLLATE "C" NOT NULL,
    checked_at    TIMESTAMP NOT NULL
);
CREATE INDEX desk_checks_enterprise ON desk_checks (enterprise_id, key);
CREATE INDEX desk_checks_region ON desk_checks (region, key);

CREATE INDEX visits_state ON visits (state, village);
