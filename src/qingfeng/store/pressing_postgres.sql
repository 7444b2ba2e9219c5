-- Schema version 5: late cases are counted by step from the index alone: their rows lie scattered over the table.
DROP INDEX cases_by_due;
CREATE INDEX cases_by_due ON cases (next_due, case_id) INCLUDE (status, power, step) WHERE next_due IS NOT NULL;
