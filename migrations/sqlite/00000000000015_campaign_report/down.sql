ALTER TABLE releases DROP COLUMN licence;
ALTER TABLE releases DROP COLUMN campaign_id;
