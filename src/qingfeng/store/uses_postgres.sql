-- Schema version 2: which acts say a value that others may not say again, or not so often.  Derived from the events.
CREATE TABLE uses (
  field   text COLLATE "C" NOT NULL,
  value   text COLLATE "C" NOT NULL,
  case_id text COLLATE "C" NOT NULL,
  seq     bigint NOT NULL,
  PRIMARY KEY (field, value, case_id, seq)
);
CREATE INDEX uses_by_case ON uses (case_id, seq);
