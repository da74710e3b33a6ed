-- A message is told only while somebody listens, as with views/006_told_to_listeners.sql.

-- migrate:up
CREATE OR REPLACE FUNCTION notification.wake_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('messages', 0)) THEN
    PERFORM pg_notify('messages', NEW.customer);
  END IF;
  RETURN NULL;
END
$$;

-- migrate:down
CREATE OR REPLACE FUNCTION notification.wake_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('messages', NEW.customer);
  RETURN NULL;
END
$$;
