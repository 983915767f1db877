DROP TABLE erasures;
DROP TABLE merges;
DROP TABLE restricted;
DROP TABLE documents;
DROP TABLE products;
DROP INDEX changes_entity;
INSERT INTO revisions (entity_id, revision, document) SELECT id, revision, document FROM enterprises;
ALTER TABLE revisions RENAME COLUMN entity_id TO enterprise_id;
