DROP TABLE visit_photos;
DROP TABLE visits;
DROP TABLE devices;
DROP TABLE assignments;
DROP TABLE campaign_targets;
DROP TABLE campaigns;
DROP TABLE questionnaires;
