-- The table in the order of PostGIS's own curve (Hilbert), so that what is near is on the same
-- pages; `place` is the row's place on it, and the order of a page.
CREATE TABLE enterprises AS
SELECT row_number() OVER (ORDER BY geom)::integer AS place, sorted.*
FROM (
    SELECT
        regency, district, village, kinds, sectors, size_class, existence, women_led, id,
        ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geometry(Point, 4326) AS geom,
        ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857)::geometry(Point, 3857) AS mercator,
        commodities
    FROM loaded
    ORDER BY ST_SetSRID(ST_MakePoint(lon, lat), 4326)
) AS sorted
ORDER BY geom;
DROP TABLE loaded;

ALTER TABLE enterprises ADD PRIMARY KEY (place);
CREATE INDEX enterprises_geom ON enterprises USING gist (geom);
CREATE INDEX enterprises_mercator ON enterprises USING gist (mercator);
CREATE INDEX enterprises_commodities ON enterprises USING gin (commodities);
-- Counts by groups are answered from this index alone.
CREATE INDEX enterprises_groups ON enterprises (regency) INCLUDE (sectors, kinds, size_class, existence, women_led);

-- An enterprise is in one sector or more: each once, in the order of a page, so that a page by
-- sector and regency, and how many there are, are read off one index.
CREATE TABLE enterprise_sectors AS
SELECT codes.number AS sector, regency, place, existence
FROM enterprises JOIN codes ON codes.kind = 'sector' AND sectors >> codes.number & 1 = 1
ORDER BY sector, regency, place;
CREATE INDEX enterprise_sectors_order ON enterprise_sectors (regency, sector, existence, place);

-- A million places for the question of which regency each lies in.
CREATE TABLE places AS
SELECT ST_SetSRID(ST_MakePoint(111.0 + 3.5 * random(), -8.7 + 1.9 * random()), 4326)::geometry(Point, 4326) AS geom
FROM (SELECT setseed(0.35)) AS seed, generate_series(1, 1000000);
CREATE INDEX regencies_geom ON regencies USING gist (geom);

VACUUM (ANALYZE, FREEZE) enterprises;
VACUUM (ANALYZE, FREEZE) enterprise_sectors;
VACUUM (ANALYZE, FREEZE) places;
VACUUM (ANALYZE, FREEZE) regencies;
VACUUM (ANALYZE, FREEZE) codes;
