DROP INDEX visits_daily;
DROP TABLE stale_villages;
DROP TABLE village_counts;
