-- What PostGIS holds of the generated rows: a narrow table. Lists of few codes are bits, regions,
-- commodities and sectors numbers; all of them rows of `codes`.
CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE codes (
    kind   text     NOT NULL, -- regency, district, village, sector, commodity
    number smallint NOT NULL,
    code   text     NOT NULL,
    PRIMARY KEY (kind, number)
);

CREATE TABLE regencies (
    regency smallint PRIMARY KEY,
    geom    geometry(MultiPolygon, 4326) NOT NULL
);

-- As they come; without a log, and gone when they are sorted.
CREATE UNLOGGED TABLE loaded (
    id          uuid NOT NULL,
    lon         double precision NOT NULL,
    lat         double precision NOT NULL,
    regency     smallint NOT NULL,
    district    smallint NOT NULL,
    village     smallint NOT NULL,
    kinds       smallint NOT NULL, -- bits: ikm ukm kopwan koperasi
    sectors     integer NOT NULL,  -- bits: numbers of codes
    size_class  smallint NOT NULL, -- micro small medium large unknown
    women_led   boolean,
    existence   smallint NOT NULL, -- active closed moved duplicate
    commodities smallint[] NOT NULL
);
