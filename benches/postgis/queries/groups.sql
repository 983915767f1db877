-- Counts by regency and sector. Sectors are bits, and few of their combinations occur: counted by
-- those first, taken apart afterwards.
WITH grouped AS MATERIALIZED (
    SELECT regency, sectors, count(*) AS n
    FROM enterprises
    WHERE $filter
    GROUP BY 1, 2
)
SELECT regency, number AS sector, sum(n)
FROM grouped JOIN codes ON kind = 'sector' AND sectors >> number & 1 = 1
GROUP BY 1, 2
