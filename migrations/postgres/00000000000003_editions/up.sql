-- Reference codes by edition. The same version stands in ../../sqlite with the same columns.

-- A region has a row an edition: its name, parent and place as that edition has them, and since
-- and until when (until: the first day on which it no longer was so). NULL is an open end.
-- The default edition is that of the seed, which the program before this one does not say.
ALTER TABLE region_geometries
    DROP CONSTRAINT region_geometries_code_fkey,
    DROP CONSTRAINT region_geometries_pkey,
    ADD COLUMN edition TEXT COLLATE "C" NOT NULL DEFAULT '2025';
UPDATE region_geometries SET edition = regions.edition
FROM regions WHERE regions.code = region_geometries.code;
ALTER TABLE regions
    DROP CONSTRAINT regions_pkey,
    ADD COLUMN valid_from DATE,
    ADD COLUMN valid_to DATE,
    ADD PRIMARY KEY (code, edition);
ALTER TABLE region_geometries
    ADD PRIMARY KEY (code, edition),
    ADD FOREIGN KEY (code, edition) REFERENCES regions (code, edition);

-- Since when an edition of the classification is in force.
CREATE TABLE kbli_editions (
    edition    TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    valid_from DATE
);
-- Which codes of one edition stand for which of another: many to many.
CREATE TABLE kbli_concordances (
    from_edition TEXT COLLATE "C" NOT NULL,
    from_code    TEXT COLLATE "C" NOT NULL,
    to_edition   TEXT COLLATE "C" NOT NULL,
    to_code      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (from_edition, from_code, to_edition, to_code)
);
CREATE INDEX kbli_concordances_to ON kbli_concordances (to_edition, to_code);

-- Work that takes longer than a transaction, and how far it has come.
CREATE TABLE jobs (
    id         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    parameters TEXT COLLATE "C" NOT NULL, -- JSON
    cursor     TEXT COLLATE "C" NOT NULL, -- where it goes on; empty at the start
    state      TEXT COLLATE "C" NOT NULL, -- unfinished, done
    counts     TEXT NOT NULL, -- JSON
    started_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
-- What a job left for a person to decide.
CREATE TABLE job_findings (
    job_id    TEXT COLLATE "C" NOT NULL REFERENCES jobs (id),
    entity_id TEXT COLLATE "C" NOT NULL,
    detail    TEXT NOT NULL, -- JSON
    PRIMARY KEY (job_id, entity_id)
);
