-- Schema version 3: where each event stands in the transparency log.  Only ever added to.
CREATE TABLE logged (
  idx      bigint PRIMARY KEY CHECK (idx >= 0),
  position bigint NOT NULL UNIQUE REFERENCES events
);
CREATE TRIGGER logged_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON logged EXECUTE FUNCTION forbidden();
ALTER TABLE logged ENABLE ALWAYS TRIGGER logged_only_added;
