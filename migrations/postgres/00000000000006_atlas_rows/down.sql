ALTER TABLE enterprises ALTER COLUMN key SET GENERATED ALWAYS;
DROP INDEX enterprises_revision;
DROP TABLE atlas_rows;
