-- Values that were sealed since carry the mark of their key, which the program before does not open.
DROP INDEX erasures_enterprise;
-- The program before knows requests for erasure only.
DELETE FROM erasures WHERE kind <> 'erase';
ALTER TABLE erasures DROP COLUMN purpose;
ALTER TABLE erasures DROP COLUMN kind;
DROP INDEX restricted_unmarked;
DROP INDEX restricted_national_id;
ALTER TABLE restricted DROP COLUMN national_id_hash;
DROP TABLE vault_keys;
DROP TABLE reads;
