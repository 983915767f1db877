-- Who may see and do what. The same version stands in ../../sqlite with the same columns.

-- An account without a password has an empty hash: its one-time code sets the first one.
ALTER TABLE users ADD COLUMN name TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN cooperative TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN totp_secret BYTEA; -- sealed by the vault
ALTER TABLE users ADD COLUMN totp_confirmed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN totp_last_step BIGINT NOT NULL DEFAULT 0; -- of the last code used
ALTER TABLE users ADD COLUMN reset_code_hash TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN reset_code_expires_at TIMESTAMP;
ALTER TABLE users ADD COLUMN last_sign_in_at TIMESTAMP;

-- The grant `restricted`: one a person, expiring.
CREATE TABLE grants (
    email      TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES users (email) ON DELETE CASCADE,
    expires_at TIMESTAMP NOT NULL,
    granted_by TEXT COLLATE "C" NOT NULL,
    reason     TEXT COLLATE "C" NOT NULL,
    at         TIMESTAMP NOT NULL
);

-- A sign-in and all that came of it: its end ends every token of it.
CREATE TABLE session_families (
    id            TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    email         TEXT COLLATE "C" NOT NULL REFERENCES users (email) ON DELETE CASCADE,
    created_at    TIMESTAMP NOT NULL,
    last_used_at  TIMESTAMP NOT NULL,
    expires_at    TIMESTAMP NOT NULL,
    second_factor BOOLEAN NOT NULL,
    device        TEXT COLLATE "C" NOT NULL -- as the browser names itself
);
CREATE INDEX session_families_email ON session_families (email);
-- Refresh tokens, the used ones too, for as long as the family is there.
ALTER TABLE sessions ADD COLUMN family TEXT COLLATE "C" REFERENCES session_families (id) ON DELETE CASCADE;
ALTER TABLE sessions ADD COLUMN used_at TIMESTAMP;
CREATE INDEX sessions_family ON sessions (family);

-- By the hash of the address that was given, whether or not there is such an account.
CREATE TABLE sign_in_failures (
    address_hash TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    failures     INTEGER NOT NULL,
    last_at      TIMESTAMP NOT NULL,
    locked_until TIMESTAMP
);
CREATE INDEX sign_in_failures_last_at ON sign_in_failures (last_at);

-- What signs access tokens; a key signs from its time on, until the next one does.
CREATE TABLE signing_keys (
    kid         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    public_key  BYTEA NOT NULL,
    private_key BYTEA NOT NULL, -- sealed by the vault
    created_at  TIMESTAMP NOT NULL,
    signs_from  TIMESTAMP NOT NULL
);

-- Service clients. `area` is that of their scope `internal`; NULL without one.
CREATE TABLE clients (
    id             TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name           TEXT COLLATE "C" NOT NULL,
    secret_hash    TEXT COLLATE "C" NOT NULL,
    secret_version INTEGER NOT NULL,
    scopes         TEXT COLLATE "C" NOT NULL, -- separated by a space
    area           TEXT COLLATE "C",
    created_by     TEXT COLLATE "C" NOT NULL,
    created_at     TIMESTAMP NOT NULL,
    expires_at     TIMESTAMP NOT NULL,
    revoked_at     TIMESTAMP,
    last_used_at   TIMESTAMP
);
