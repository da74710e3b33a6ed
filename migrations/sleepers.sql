-- Appending notifies only while a reader sleeps, who then holds the lock in common: each notification costs every listening
-- connection of the database a transaction. Writers hold the lock for no longer than it takes to see; so whoever lies
-- down looks once more, a moment later.

-- migrate:up
CREATE OR REPLACE FUNCTION {schema}.wake_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_lock(hashtextextended('outbox', 0)) THEN
    PERFORM pg_advisory_unlock(hashtextextended('outbox', 0));
  ELSE
    PERFORM pg_notify('outbox', TG_TABLE_SCHEMA);
  END IF;
  RETURN NULL;
END
$$;

-- migrate:down
CREATE OR REPLACE FUNCTION {schema}.wake_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('outbox', TG_TABLE_SCHEMA);
  RETURN NULL;
END
$$;
