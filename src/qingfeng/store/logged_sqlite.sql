-- Schema version 3: where each event stands in the transparency log.  Only ever added to.
CREATE TABLE logged (
  idx      INTEGER PRIMARY KEY CHECK (idx >= 0),
  position INTEGER NOT NULL UNIQUE
);
CREATE TRIGGER logged_no_update BEFORE UPDATE ON logged BEGIN SELECT RAISE(ABORT, 'places in the log are never changed'); END;
CREATE TRIGGER logged_no_delete BEFORE DELETE ON logged BEGIN SELECT RAISE(ABORT, 'places in the log are never deleted'); END;
CREATE TRIGGER logged_no_replace BEFORE INSERT ON logged
WHEN EXISTS (SELECT 1 FROM logged WHERE idx = NEW.idx) OR EXISTS (SELECT 1 FROM logged WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'places in the log are never replaced'); END;
