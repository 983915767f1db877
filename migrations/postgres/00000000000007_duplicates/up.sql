-- Duplicates: pairs that may be one, and by what a record's pairs are found. The same version stands
-- in ../../sqlite with the same columns.

-- Pairs of records that may be one enterprise. They hold no value of either.
CREATE TABLE duplicates (
    id            TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    first_id      TEXT COLLATE "C" NOT NULL, -- the lower one
    second_id     TEXT COLLATE "C" NOT NULL,
    first_region  TEXT COLLATE "C" NOT NULL, -- regencies
    second_region TEXT COLLATE "C" NOT NULL,
    score         INTEGER NOT NULL, -- 0 to 100
    class_score   INTEGER NOT NULL, -- the least score of its class
    reasons       TEXT COLLATE "C" NOT NULL, -- JSON
    fingerprint   BIGINT NOT NULL, -- of what was compared
    status        TEXT COLLATE "C" NOT NULL, -- open, merged, not_the_same
    found_by      TEXT COLLATE "C" NOT NULL,
    found_at      TIMESTAMP NOT NULL,
    decided_by    TEXT COLLATE "C",
    decided_at    TIMESTAMP,
    reason        TEXT,
    UNIQUE (first_id, second_id)
);
CREATE INDEX duplicates_second ON duplicates (second_id);
CREATE INDEX duplicates_queue ON duplicates (status, class_score DESC, id);

-- The blocks that records stand in: who shares one is compared.
CREATE TABLE duplicate_blocks (
    block  BIGINT NOT NULL,
    record BIGINT NOT NULL, -- key of the enterprise
    sketch BIGINT NOT NULL, -- tells most pairs apart without reading them
    PRIMARY KEY (block, record)
);
