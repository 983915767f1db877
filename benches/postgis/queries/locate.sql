-- A million places: how many lie in a regency.
SELECT count(*) FROM places JOIN regencies ON ST_Intersects(regencies.geom, places.geom)
