-- What the atlas knows of each record, packed: a start reads these and no documents. A row that is
-- missing, or of another revision than its record, is made anew from the document.
CREATE TABLE atlas_rows (
    key      INTEGER PRIMARY KEY NOT NULL, -- the record's
    revision INTEGER NOT NULL,
    row      BLOB NOT NULL
);
-- Which revision every record is at, without touching the documents.
CREATE INDEX enterprises_revision ON enterprises (key, revision);
CREATE VIEW record_revisions AS
    SELECT key, revision FROM enterprises INDEXED BY enterprises_revision;
