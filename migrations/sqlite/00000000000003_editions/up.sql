-- Reference codes by edition. The same version stands in ../../postgres with the same columns.

-- A region has a row an edition: its name, parent and place as that edition has them, and since
-- and until when (until: the first day on which it no longer was so). NULL is an open end.
-- The default edition is that of the seed, which the program before this one does not say.
CREATE TABLE regions_by_edition (
    code        TEXT NOT NULL,
    level       TEXT NOT NULL,
    parent      TEXT,
    name        TEXT NOT NULL,
    bps_code    TEXT,
    lon         DOUBLE NOT NULL,
    lat         DOUBLE NOT NULL,
    postal_code TEXT,
    edition     TEXT NOT NULL,
    valid_from  DATE,
    valid_to    DATE,
    PRIMARY KEY (code, edition)
);
CREATE TABLE geometries_by_edition (
    code        TEXT NOT NULL,
    geometry    TEXT NOT NULL, -- GeoJSON
    approximate BOOLEAN NOT NULL,
    source      TEXT NOT NULL,
    edition     TEXT NOT NULL DEFAULT '2025',
    PRIMARY KEY (code, edition),
    FOREIGN KEY (code, edition) REFERENCES regions_by_edition (code, edition)
);
INSERT INTO regions_by_edition
    SELECT code, level, parent, name, bps_code, lon, lat, postal_code, edition, NULL, NULL FROM regions;
INSERT INTO geometries_by_edition
    SELECT code, geometry, approximate, source, edition FROM region_geometries JOIN regions USING (code);
DROP TABLE region_geometries;
DROP TABLE regions;
ALTER TABLE regions_by_edition RENAME TO regions;
ALTER TABLE geometries_by_edition RENAME TO region_geometries;

-- Since when an edition of the classification is in force.
CREATE TABLE kbli_editions (
    edition    TEXT PRIMARY KEY NOT NULL,
    valid_from DATE
);
-- Which codes of one edition stand for which of another: many to many.
CREATE TABLE kbli_concordances (
    from_edition TEXT NOT NULL,
    from_code    TEXT NOT NULL,
    to_edition   TEXT NOT NULL,
    to_code      TEXT NOT NULL,
    PRIMARY KEY (from_edition, from_code, to_edition, to_code)
);
CREATE INDEX kbli_concordances_to ON kbli_concordances (to_edition, to_code);

-- Work that takes longer than a transaction, and how far it has come.
CREATE TABLE jobs (
    id         TEXT PRIMARY KEY NOT NULL,
    kind       TEXT NOT NULL,
    parameters TEXT NOT NULL, -- JSON
    cursor     TEXT NOT NULL, -- where it goes on; empty at the start
    state      TEXT NOT NULL, -- unfinished, done
    counts     TEXT NOT NULL, -- JSON
    started_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
-- What a job left for a person to decide.
CREATE TABLE job_findings (
    job_id    TEXT NOT NULL REFERENCES jobs (id),
    entity_id TEXT NOT NULL,
    detail    TEXT NOT NULL, -- JSON
    PRIMARY KEY (job_id, entity_id)
);
