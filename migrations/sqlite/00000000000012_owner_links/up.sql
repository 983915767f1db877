-- Links by which an owner sees and corrects their record without an account. The same version stands
-- in ../../postgres with the same columns.
CREATE TABLE owner_links (
    id            TEXT PRIMARY KEY NOT NULL,
    token_hash    TEXT NOT NULL UNIQUE, -- SHA-256
    enterprise_id TEXT NOT NULL,
    owner         TEXT NOT NULL, -- name of one of the owners
    created_by    TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    expires_at    TIMESTAMP NOT NULL,
    revoked_at    TIMESTAMP,
    revoked_by    TEXT,
    last_used_at  TIMESTAMP,
    uses          INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX owner_links_enterprise ON owner_links (enterprise_id);
