ALTER TABLE enterprises ALTER COLUMN key SET GENERATED ALWAYS;
DROP VIEW record_revisions;
DROP INDEX enterprises_revision;
DROP TABLE atlas_rows;
