-- A page of 100 by sector and regency, in the order of the curve, and how many there are.
SELECT enterprises.*, matched
FROM (
    SELECT place
    FROM enterprise_sectors
    WHERE regency = $regency AND sector = $sector AND existence = 0
    ORDER BY place
    LIMIT 100
) AS page
JOIN enterprises USING (place)
CROSS JOIN (
    SELECT count(*) AS matched
    FROM enterprise_sectors
    WHERE regency = $regency AND sector = $sector AND existence = 0
) AS total
ORDER BY place
