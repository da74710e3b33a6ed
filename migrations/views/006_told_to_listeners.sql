-- A view's going on is told only while somebody listens, who then holds the lock in common: each notification costs every
-- listening connection of the database a transaction, whatever its channel. A listener that comes in the midst of a
-- movement gets the lock when that is committed, and looks then.

-- migrate:up
CREATE OR REPLACE FUNCTION views.tell_of_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('views', 0)) THEN
    PERFORM pg_notify('views', NEW.consumer);
  END IF;
  RETURN NULL;
END
$$;

-- migrate:down
CREATE OR REPLACE FUNCTION views.tell_of_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('views', NEW.consumer);
  RETURN NULL;
END
$$;
