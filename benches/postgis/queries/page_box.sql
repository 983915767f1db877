-- A page of 100 in a box, in the order of the curve, and how many there are.
WITH found AS MATERIALIZED (
    SELECT place
    FROM enterprises
    WHERE geom && ST_MakeEnvelope($box, 4326) AND $filter
)
SELECT enterprises.*, (SELECT count(*) FROM found) AS matched
FROM (SELECT place FROM found ORDER BY place LIMIT 100) AS page
JOIN enterprises USING (place)
ORDER BY place
