-- What a campaign's visits to a village come to, so that coverage need not count them all. The same
-- version stands in ../../postgres with the same columns.
CREATE TABLE village_counts (
    campaign_id TEXT NOT NULL,
    village     TEXT NOT NULL,
    visits      BIGINT NOT NULL,
    found       BIGINT NOT NULL,
    new_found   BIGINT NOT NULL,
    not_found   BIGINT NOT NULL,
    refused     BIGINT NOT NULL,
    held        BIGINT NOT NULL,
    zeros       BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, village)
);

-- Villages whose counts a write may have changed: a row a write, taken away by counting again.
CREATE TABLE stale_villages (
    key         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    campaign_id TEXT NOT NULL,
    village     TEXT NOT NULL
);
CREATE INDEX stale_villages_campaign ON stale_villages (campaign_id, village);

INSERT INTO stale_villages (campaign_id, village) SELECT DISTINCT campaign_id, village FROM visits;

-- What each enumerator did on each day, read from an index alone.
CREATE INDEX visits_daily ON visits (campaign_id, enumerator, visited_on, village, kind, state);
