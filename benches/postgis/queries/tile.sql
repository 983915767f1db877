-- A grid tile: the points of the tile snapped to cells (64 × 64) and counted.
SELECT
    floor((ST_X(mercator) - $west) / $cell)::integer AS across,
    floor(($north - ST_Y(mercator)) / $cell)::integer AS down,
    count(*)
FROM enterprises
WHERE mercator && ST_MakeEnvelope($west, $south, $east, $north, 3857) AND $filter
GROUP BY 1, 2
