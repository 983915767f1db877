DROP TABLE candidates;
DROP TABLE candidate_searches;
