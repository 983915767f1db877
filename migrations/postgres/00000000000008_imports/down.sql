DROP TABLE removed_records;
DROP TABLE saved_mappings;
DROP TABLE import_files;
DROP TABLE import_restricted;
DROP TABLE import_records;
DROP TABLE imports;
