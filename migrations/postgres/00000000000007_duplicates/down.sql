DROP TABLE duplicate_blocks;
DROP TABLE duplicates;
DELETE FROM settings WHERE name = 'duplicates_seq';
