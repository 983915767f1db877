-- How much a service client may ask for, and how much it asked. The same version stands in
-- ../../sqlite with the same columns.

-- NULL: as the server's setting.
ALTER TABLE clients ADD COLUMN requests_per_second INTEGER;

-- One row a client and day (of Asia/Jakarta). Every process adds to it.
CREATE TABLE client_usage (
    client_id TEXT COLLATE "C" NOT NULL,
    day       DATE NOT NULL,
    requests  BIGINT NOT NULL, -- all, those below too
    errors    BIGINT NOT NULL, -- answered by a status of the 400s (without 429) or the 500s
    refused   BIGINT NOT NULL, -- answered by 429
    bytes     BIGINT NOT NULL, -- of answers, before compression
    last_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (client_id, day)
);
