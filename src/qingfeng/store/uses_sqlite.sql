-- Schema version 2: which acts say a value that others may not say again, or not so often.  Derived from the events.
CREATE TABLE uses (
  field   TEXT    NOT NULL,
  value   TEXT    NOT NULL,
  case_id TEXT    NOT NULL,
  seq     INTEGER NOT NULL,
  PRIMARY KEY (field, value, case_id, seq)
) WITHOUT ROWID;
CREATE INDEX uses_by_case ON uses (case_id, seq);
