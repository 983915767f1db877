DROP TABLE job_findings;
DROP TABLE jobs;
DROP TABLE kbli_concordances;
DROP TABLE kbli_editions;
-- Of each region only the newest row can stay.
ALTER TABLE region_geometries
    DROP CONSTRAINT region_geometries_code_edition_fkey,
    DROP CONSTRAINT region_geometries_pkey;
DELETE FROM regions WHERE EXISTS (
    SELECT 1 FROM regions AS newer
    WHERE newer.code = regions.code
      AND (COALESCE(newer.valid_from, '0001-01-01'), newer.edition)
        > (COALESCE(regions.valid_from, '0001-01-01'), regions.edition)
);
DELETE FROM region_geometries WHERE NOT EXISTS (
    SELECT 1 FROM regions
    WHERE regions.code = region_geometries.code AND regions.edition = region_geometries.edition
);
ALTER TABLE regions
    DROP CONSTRAINT regions_pkey,
    DROP COLUMN valid_from,
    DROP COLUMN valid_to,
    ADD PRIMARY KEY (code);
ALTER TABLE region_geometries
    DROP COLUMN edition,
    ADD PRIMARY KEY (code),
    ADD CONSTRAINT region_geometries_code_fkey FOREIGN KEY (code) REFERENCES regions (code);
