-- A release may be made of a campaign, and says under which licence its figures are given.
-- The same version stands in ../../sqlite with the same columns.

ALTER TABLE releases ADD COLUMN campaign_id TEXT COLLATE "C"; -- NULL: of the record alone
ALTER TABLE releases ADD COLUMN licence TEXT; -- NULL: CC BY 4.0
