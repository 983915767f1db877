-- The mapping exercise: questionnaires, campaigns, who goes where, the phones, and what was found.
-- The same version stands in ../../postgres with the same columns.

CREATE TABLE questionnaires (
    id         TEXT NOT NULL PRIMARY KEY,
    form_id    TEXT NOT NULL,
    version    INTEGER NOT NULL,
    title      TEXT NOT NULL,
    document   TEXT NOT NULL, -- JSON
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (form_id, version)
);

CREATE TABLE campaigns (
    id            TEXT NOT NULL PRIMARY KEY,
    revision      INTEGER NOT NULL,
    state         TEXT NOT NULL, -- planned, running, closed
    questionnaire TEXT NOT NULL,
    document      TEXT NOT NULL, -- JSON
    created_at    TIMESTAMP NOT NULL
);

-- What is expected in a village; NULL: nobody knows.
CREATE TABLE campaign_targets (
    campaign_id TEXT NOT NULL,
    village     TEXT NOT NULL,
    expected    INTEGER,
    source      TEXT,
    PRIMARY KEY (campaign_id, village)
);

CREATE TABLE assignments (
    campaign_id TEXT NOT NULL,
    village     TEXT NOT NULL,
    enumerator  TEXT NOT NULL, -- e-mail address of the account
    PRIMARY KEY (campaign_id, village, enumerator)
);
CREATE INDEX assignments_enumerator ON assignments (enumerator);

-- Phones with a key of their own.
CREATE TABLE devices (
    id           TEXT NOT NULL PRIMARY KEY,
    key_hash     TEXT NOT NULL UNIQUE,
    enumerator   TEXT NOT NULL,
    label        TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at   TIMESTAMP
);
CREATE INDEX devices_enumerator ON devices (enumerator);

-- One contact with an enterprise or a village: also what a submission of a form is.
CREATE TABLE visits (
    key              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id               TEXT NOT NULL UNIQUE,
    instance_id      TEXT NOT NULL UNIQUE,
    sha256           TEXT NOT NULL, -- of the submission
    campaign_id      TEXT NOT NULL,
    enumerator       TEXT NOT NULL,
    device           TEXT, -- id of the phone; NULL: the web form
    village          TEXT NOT NULL,
    kind             TEXT NOT NULL, -- new, revisit, none
    outcome          TEXT NOT NULL,
    state            TEXT NOT NULL, -- partial, applied, conflict, faulty, waiting, superseded, dismissed
    entity_id        TEXT, -- as the phone knows the enterprise
    branch_id        TEXT, -- of changes made one after the other without a connection
    base_revision    INTEGER, -- what the phone had when it was filled in
    enterprise_id    TEXT,
    applied_revision INTEGER, -- of the enterprise, after it
    replaced_by      TEXT, -- instance_id of its correction
    started_at       TIMESTAMP,
    ended_at         TIMESTAMP,
    received_at      TIMESTAMP NOT NULL,
    visited_on       DATE NOT NULL, -- in Asia/Jakarta
    lon              DOUBLE PRECISION,
    lat              DOUBLE PRECISION,
    accuracy_m       DOUBLE PRECISION,
    problems         TEXT NOT NULL, -- JSON
    answers          TEXT NOT NULL, -- JSON: to questions that the registry has no field for
    likeness         TEXT, -- of the answers that copies have in common
    wrapped_key      BLOB, -- of the submission and its photos; NULL once they are gone
    submission       BLOB -- sealed
);
CREATE INDEX visits_campaign ON visits (campaign_id, village);
CREATE INDEX visits_entity ON visits (entity_id);
CREATE INDEX visits_enterprise ON visits (enterprise_id);

-- Photos that belong to a visit; the files stand on the disk.
CREATE TABLE visit_photos (
    visit_id TEXT NOT NULL,
    name     TEXT NOT NULL,
    stored   TEXT, -- name of the file; NULL: it has not come yet
    bytes    BIGINT NOT NULL,
    PRIMARY KEY (visit_id, name)
);
