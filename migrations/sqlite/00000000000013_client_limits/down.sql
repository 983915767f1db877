DROP TABLE client_usage;
ALTER TABLE clients DROP COLUMN requests_per_second;
