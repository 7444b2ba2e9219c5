-- The store of one agency on PostgreSQL, schema version 1: the same tables as schema_sqlite.sql.
-- Why they are as they are: docs/adr/003-stores.md.
-- Times are microseconds since 1970-01-01 UTC.
-- COLLATE "C": the order of bytes, as on SQLite, whatever the server's locale.

CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL);
-- Added to transaction numbers in positions; raised once after a logical restore into a younger cluster.
INSERT INTO meta VALUES ('position_base', '0');

-- position = (transaction number + position_base) << 20 | number within the transaction: see docs/adr/003-stores.md.
CREATE TABLE events (
  position bigint PRIMARY KEY,
  stream   text COLLATE "C" NOT NULL,
  seq      bigint NOT NULL CHECK (seq > 0),
  entry    bytea NOT NULL,
  opening  bytea NOT NULL,
  UNIQUE (stream, seq)
);

-- The personal opening of an event; emptied by an approved Erase, the row stays.
CREATE TABLE private (position bigint PRIMARY KEY REFERENCES events, opening bytea);

-- Events not yet in the transparency log.
CREATE TABLE outbox (position bigint PRIMARY KEY REFERENCES events);

CREATE TABLE answers (key text COLLATE "C" PRIMARY KEY, digest bytea NOT NULL, answer bytea NOT NULL);

CREATE TABLE numbers (name text COLLATE "C" PRIMARY KEY, last bigint NOT NULL) WITH (fillfactor = 50);

-- fillfactor: room on the page for the next version of a row that every command rewrites (heap-only updates).
CREATE TABLE cases (
  case_id     text COLLATE "C" PRIMARY KEY,
  power       text COLLATE "C" NOT NULL,
  version     text NOT NULL,
  step        text COLLATE "C" NOT NULL,
  status      text COLLATE "C" NOT NULL,
  title       text NOT NULL,
  opened_at   text NOT NULL,
  last_at     text NOT NULL,
  seq         bigint NOT NULL,
  posts       text NOT NULL,
  next_due    text,
  provisional boolean NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX cases_by_status ON cases (status, case_id);
CREATE INDEX cases_by_power ON cases (power, case_id);
CREATE INDEX cases_by_power_status ON cases (power, status, case_id);

-- One row per post that may act next on a case that is not closed.
-- due: the nearest limit, the largest number if there is none.
CREATE TABLE inbox (
  post    text COLLATE "C" NOT NULL,
  due     bigint NOT NULL,
  case_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (post, due, case_id)
);

CREATE TABLE counts (
  power  text COLLATE "C" NOT NULL,
  step   text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  shard  integer NOT NULL,
  n      bigint NOT NULL,
  PRIMARY KEY (power, step, status, shard)
) WITH (fillfactor = 50);

CREATE TABLE deadlines (
  case_id     text COLLATE "C" NOT NULL,
  limit_id    text COLLATE "C" NOT NULL,
  run         bigint NOT NULL,
  mark        text COLLATE "C" NOT NULL,
  at          bigint NOT NULL,
  provisional boolean NOT NULL,
  PRIMARY KEY (case_id, limit_id, run, mark)
);
CREATE INDEX deadlines_by_time ON deadlines (at, case_id, limit_id, run, mark);
CREATE INDEX deadlines_provisional ON deadlines (case_id) WHERE provisional;

CREATE FUNCTION forbidden() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is forbidden: it is only ever added to', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.opening IS NOT NULL OR NEW.position <> OLD.position THEN
    RAISE EXCEPTION 'private openings are emptied, never changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

-- For writes that travel with others: whoever does not find what it is to change stops all that follow.
CREATE FUNCTION must_be_one(n bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF n <> 1 THEN
    RAISE EXCEPTION 'somebody else wrote first' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;

CREATE TRIGGER events_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION forbidden();
CREATE TRIGGER private_stays BEFORE DELETE OR TRUNCATE ON private EXECUTE FUNCTION forbidden();
CREATE TRIGGER private_only_erased BEFORE UPDATE ON private FOR EACH ROW EXECUTE FUNCTION only_erased();
CREATE TRIGGER answers_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON answers EXECUTE FUNCTION forbidden();
CREATE TRIGGER outbox_not_changed BEFORE UPDATE OR TRUNCATE ON outbox EXECUTE FUNCTION forbidden();
-- ALWAYS: also when a session calls itself a replica.
ALTER TABLE events ENABLE ALWAYS TRIGGER events_only_added;
ALTER TABLE private ENABLE ALWAYS TRIGGER private_stays;
ALTER TABLE private ENABLE ALWAYS TRIGGER private_only_erased;
ALTER TABLE answers ENABLE ALWAYS TRIGGER answers_only_added;
ALTER TABLE outbox ENABLE ALWAYS TRIGGER outbox_not_changed;
