-- The mapping exercise: questionnaires, campaigns, who goes where, the phones, and what was found.
-- The same version stands in ../../sqlite with the same columns.

CREATE TABLE questionnaires (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    form_id    TEXT COLLATE "C" NOT NULL,
    version    INTEGER NOT NULL,
    title      TEXT NOT NULL,
    document   TEXT NOT NULL, -- JSON
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (form_id, version)
);

CREATE TABLE campaigns (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    revision      INTEGER NOT NULL,
    state         TEXT COLLATE "C" NOT NULL, -- planned, running, closed
    questionnaire TEXT COLLATE "C" NOT NULL,
    document      TEXT NOT NULL, -- JSON
    created_at    TIMESTAMP NOT NULL
);

-- What is expected in a village; NULL: nobody knows.
CREATE TABLE campaign_targets (
    campaign_id TEXT COLLATE "C" NOT NULL,
    village     TEXT COLLATE "C" NOT NULL,
    expected    INTEGER,
    source      TEXT,
    PRIMARY KEY (campaign_id, village)
);

CREATE TABLE assignments (
    campaign_id TEXT COLLATE "C" NOT NULL,
    village     TEXT COLLATE "C" NOT NULL,
    enumerator  TEXT COLLATE "C" NOT NULL, -- e-mail address of the account
    PRIMARY KEY (campaign_id, village, enumerator)
);
CREATE INDEX assignments_enumerator ON assignments (enumerator);

-- Phones with a key of their own.
CREATE TABLE devices (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    key_hash     TEXT COLLATE "C" NOT NULL UNIQUE,
    enumerator   TEXT COLLATE "C" NOT NULL,
    label        TEXT NOT NULL,
    created_by   TEXT COLLATE "C" NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at   TIMESTAMP
);
CREATE INDEX devices_enumerator ON devices (enumerator);

-- One contact with an enterprise or a village: also what a submission of a form is.
CREATE TABLE visits (
    key              BIGSERIAL PRIMARY KEY,
    id               TEXT COLLATE "C" NOT NULL UNIQUE,
    instance_id      TEXT COLLATE "C" NOT NULL UNIQUE,
    sha256           TEXT COLLATE "C" NOT NULL, -- of the submission
    campaign_id      TEXT COLLATE "C" NOT NULL,
    enumerator       TEXT COLLATE "C" NOT NULL,
    device           TEXT COLLATE "C", -- id of the phone; NULL: the web form
    village          TEXT COLLATE "C" NOT NULL,
    kind             TEXT COLLATE "C" NOT NULL, -- new, revisit, none
    outcome          TEXT COLLATE "C" NOT NULL,
    state            TEXT COLLATE "C" NOT NULL, -- partial, applied, conflict, faulty, waiting, superseded, dismissed
    entity_id        TEXT COLLATE "C", -- as the phone knows the enterprise
    branch_id        TEXT COLLATE "C", -- of changes made one after the other without a connection
    base_revision    INTEGER, -- what the phone had when it was filled in
    enterprise_id    TEXT COLLATE "C",
    applied_revision INTEGER, -- of the enterprise, after it
    replaced_by      TEXT COLLATE "C", -- instance_id of its correction
    started_at       TIMESTAMP,
    ended_at         TIMESTAMP,
    received_at      TIMESTAMP NOT NULL,
    visited_on       DATE NOT NULL, -- in Asia/Jakarta
    lon              DOUBLE PRECISION,
    lat              DOUBLE PRECISION,
    accuracy_m       DOUBLE PRECISION,
    problems         TEXT NOT NULL, -- JSON
    answers          TEXT NOT NULL, -- JSON: to questions that the registry has no field for
    likeness         TEXT COLLATE "C", -- of the answers that copies have in common
    wrapped_key      BYTEA, -- of the submission and its photos; NULL once they are gone
    submission       BYTEA -- sealed
);
CREATE INDEX visits_campaign ON visits (campaign_id, village);
CREATE INDEX visits_entity ON visits (entity_id);
CREATE INDEX visits_enterprise ON visits (enterprise_id);

-- Photos that belong to a visit; the files stand on the disk.
CREATE TABLE visit_photos (
    visit_id TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    stored   TEXT COLLATE "C", -- name of the file; NULL: it has not come yet
    bytes    BIGINT NOT NULL,
    PRIMARY KEY (visit_id, name)
);
