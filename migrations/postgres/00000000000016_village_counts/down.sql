DROP TABLE stale_villages;
DROP TABLE village_counts;
