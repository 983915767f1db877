-- The nearest 20, by the order of the index (degrees in the plane), with their distance.
SELECT enterprises.*, ST_DistanceSphere(geom, ST_SetSRID(ST_MakePoint($lon, $lat), 4326)) AS metres
FROM enterprises
WHERE $filter
ORDER BY geom <-> ST_SetSRID(ST_MakePoint($lon, $lat), 4326)
LIMIT 20
