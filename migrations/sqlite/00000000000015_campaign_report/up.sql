-- A release may be made of a campaign, and says under which licence its figures are given.
-- The same version stands in ../../postgres with the same columns.

ALTER TABLE releases ADD COLUMN campaign_id TEXT; -- NULL: of the record alone
ALTER TABLE releases ADD COLUMN licence TEXT; -- NULL: CC BY 4.0
