-- The store of one agency on SQLite, schema version 1: the same tables as schema_postgres.sql.
-- Why they are as they are: docs/adr/003-stores.md.
-- Times are microseconds since 1970-01-01 UTC.
-- events, private and answers are what happened; the rest derives from them.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream   TEXT    NOT NULL,
  seq      INTEGER NOT NULL CHECK (seq > 0),
  entry    BLOB    NOT NULL,
  opening  BLOB    NOT NULL,
  UNIQUE (stream, seq)
);

-- The personal opening of an event; emptied by an approved Erase, the row stays.
CREATE TABLE private (position INTEGER PRIMARY KEY REFERENCES events, opening BLOB);

-- Events not yet in the transparency log.
CREATE TABLE outbox (position INTEGER PRIMARY KEY REFERENCES events);

CREATE TABLE answers (key TEXT PRIMARY KEY, digest BLOB NOT NULL, answer BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE numbers (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE cases (
  case_id     TEXT PRIMARY KEY,
  power       TEXT NOT NULL,
  version     TEXT NOT NULL,
  step        TEXT NOT NULL,
  status      TEXT NOT NULL,
  title       TEXT NOT NULL,
  opened_at   TEXT NOT NULL,
  last_at     TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  posts       TEXT NOT NULL,
  next_due    TEXT,
  provisional INTEGER NOT NULL CHECK (provisional IN (0, 1))
);
CREATE INDEX cases_by_status ON cases (status, case_id);
CREATE INDEX cases_by_power ON cases (power, case_id);
CREATE INDEX cases_by_power_status ON cases (power, status, case_id);

-- One row per post that may act next on a case that is not closed.
-- due: the nearest limit, the largest number if there is none.
CREATE TABLE inbox (
  post    TEXT    NOT NULL,
  due     INTEGER NOT NULL,
  case_id TEXT    NOT NULL,
  PRIMARY KEY (post, due, case_id)
) WITHOUT ROWID;

CREATE TABLE counts (
  power  TEXT    NOT NULL,
  step   TEXT    NOT NULL,
  status TEXT    NOT NULL,
  shard  INTEGER NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (power, step, status, shard)
) WITHOUT ROWID;

CREATE TABLE deadlines (
  case_id     TEXT    NOT NULL,
  limit_id    TEXT    NOT NULL,
  run         INTEGER NOT NULL,
  mark        TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
  PRIMARY KEY (case_id, limit_id, run, mark)
) WITHOUT ROWID;
CREATE INDEX deadlines_by_time ON deadlines (at, case_id, limit_id, run, mark);
CREATE INDEX deadlines_provisional ON deadlines (case_id) WHERE provisional;

CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
-- INSERT OR REPLACE deletes without asking the triggers above, unless a connection has recursive_triggers on.
CREATE TRIGGER events_no_replace BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END;
CREATE TRIGGER private_no_replace BEFORE INSERT ON private
WHEN EXISTS (SELECT 1 FROM private WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'private openings are never replaced'); END;
CREATE TRIGGER answers_no_replace BEFORE INSERT ON answers
WHEN EXISTS (SELECT 1 FROM answers WHERE key = NEW.key)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER private_only_erased BEFORE UPDATE ON private
WHEN NEW.opening IS NOT NULL OR NEW.position IS NOT OLD.position
BEGIN SELECT RAISE(ABORT, 'private openings are emptied, never changed'); END;
CREATE TRIGGER private_no_delete BEFORE DELETE ON private
BEGIN SELECT RAISE(ABORT, 'private rows are never deleted'); END;
CREATE TRIGGER answers_no_update BEFORE UPDATE ON answers BEGIN SELECT RAISE(ABORT, 'answers are never changed'); END;
CREATE TRIGGER answers_no_delete BEFORE DELETE ON answers BEGIN SELECT RAISE(ABORT, 'answers are never deleted'); END;
CREATE TRIGGER outbox_no_update BEFORE UPDATE ON outbox
BEGIN SELECT RAISE(ABORT, 'the outbox is only filled and emptied'); END;
