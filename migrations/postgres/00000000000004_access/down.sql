DROP TABLE clients;
DROP TABLE signing_keys;
DROP TABLE sign_in_failures;
-- Without their families, tokens are good for nothing.
DELETE FROM sessions;
DROP INDEX sessions_family;
ALTER TABLE sessions DROP COLUMN used_at;
ALTER TABLE sessions DROP COLUMN family;
DROP TABLE session_families;
DROP TABLE grants;
ALTER TABLE users DROP COLUMN last_sign_in_at;
ALTER TABLE users DROP COLUMN reset_code_expires_at;
ALTER TABLE users DROP COLUMN reset_code_hash;
ALTER TABLE users DROP COLUMN totp_last_step;
ALTER TABLE users DROP COLUMN totp_confirmed;
ALTER TABLE users DROP COLUMN totp_secret;
ALTER TABLE users DROP COLUMN disabled;
ALTER TABLE users DROP COLUMN cooperative;
ALTER TABLE users DROP COLUMN name;
