-- Schema version 4: which cases are late or nearly so, whoever may act on them.  Instants are written in one way (+08:00): text sorts.
CREATE INDEX cases_by_due ON cases (next_due, case_id) WHERE next_due IS NOT NULL;
