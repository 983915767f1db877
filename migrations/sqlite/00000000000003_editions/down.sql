DROP TABLE job_findings;
DROP TABLE jobs;
DROP TABLE kbli_concordances;
DROP TABLE kbli_editions;
-- Of each region only the newest row can stay.
CREATE TABLE regions_by_code (
    code        TEXT PRIMARY KEY NOT NULL,
    level       TEXT NOT NULL,
    parent      TEXT,
    name        TEXT NOT NULL,
    bps_code    TEXT,
    lon         DOUBLE NOT NULL,
    lat         DOUBLE NOT NULL,
    postal_code TEXT,
    edition     TEXT NOT NULL
);
CREATE TABLE geometries_by_code (
    code        TEXT PRIMARY KEY NOT NULL REFERENCES regions_by_code (code),
    geometry    TEXT NOT NULL, -- GeoJSON
    approximate BOOLEAN NOT NULL,
    source      TEXT NOT NULL
);
INSERT INTO regions_by_code
    SELECT code, level, parent, name, bps_code, lon, lat, postal_code, edition FROM regions
    WHERE NOT EXISTS (
    SELECT 1 FROM regions AS newer
    WHERE newer.code = regions.code
      AND (COALESCE(newer.valid_from, '0001-01-01'), newer.edition)
        > (COALESCE(regions.valid_from, '0001-01-01'), regions.edition)
);
INSERT INTO geometries_by_code
    SELECT code, geometry, approximate, source
    FROM region_geometries JOIN regions_by_code USING (code, edition);
DROP TABLE region_geometries;
DROP TABLE regions;
ALTER TABLE regions_by_code RENAME TO regions;
ALTER TABLE geometries_by_code RENAME TO region_geometries;
