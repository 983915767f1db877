DROP INDEX visits_state;
DROP TABLE desk_checks;
