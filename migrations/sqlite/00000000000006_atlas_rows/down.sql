DROP INDEX enterprises_revision;
DROP TABLE atlas_rows;
