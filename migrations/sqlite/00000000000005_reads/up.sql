-- The vault's rotation, matching by NIK, the log of reads, requests of persons. The same version
-- stands in ../../postgres with the same columns.

-- Who read what of the internal and restricted tiers. Only ever added to.
CREATE TABLE reads (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    began_at   TIMESTAMP NOT NULL,
    at         TIMESTAMP NOT NULL, -- when it ended
    actor      TEXT NOT NULL,
    scope      TEXT NOT NULL, -- of which records the internal tier was theirs
    kind       TEXT NOT NULL,
    entity     TEXT NOT NULL,
    entity_id  TEXT, -- NULL where it was of many
    region     TEXT, -- the regency of the one
    purpose    TEXT,
    filter     TEXT, -- as given
    count      BIGINT NOT NULL, -- rows of those tiers
    detail     TEXT NOT NULL, -- JSON
    request_id TEXT
);
CREATE INDEX reads_at ON reads (at);
CREATE INDEX reads_actor ON reads (actor, seq);
CREATE INDEX reads_entity ON reads (entity_id, seq) WHERE entity_id IS NOT NULL;

-- Keys that the vault needs beside those of the parts, wrapped as they are.
CREATE TABLE vault_keys (
    name        TEXT PRIMARY KEY NOT NULL,
    wrapped_key BLOB NOT NULL
);

-- HMAC of the NIK in the part, under a key in vault_keys.
ALTER TABLE restricted ADD COLUMN national_id_hash BLOB;
CREATE INDEX restricted_national_id ON restricted (national_id_hash) WHERE national_id_hash IS NOT NULL;
-- Parts that the program before this one sealed: nonce, key and tag, and no mark before them. They
-- have no hash yet.
CREATE INDEX restricted_unmarked ON restricted (enterprise_id, part) WHERE length(wrapped_key) = 60;

-- Beside requests for erasure, those for what is kept and for its correction.
ALTER TABLE erasures ADD COLUMN kind TEXT NOT NULL DEFAULT 'erase'; -- erase, export, correct
ALTER TABLE erasures ADD COLUMN purpose TEXT;
CREATE INDEX erasures_enterprise ON erasures (enterprise_id);
