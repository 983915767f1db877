DROP VIEW record_revisions;
DROP INDEX enterprises_revision;
DROP TABLE atlas_rows;
