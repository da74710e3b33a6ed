-- migrate:up
-- include checkpoints

-- How many messages a customer has had. The row's lock puts them in one order: who has read up to a number has
-- missed none below it.
CREATE TABLE notification.inboxes (
  customer text PRIMARY KEY,
  last bigint NOT NULL
);

CREATE TABLE notification.messages (
  customer text NOT NULL REFERENCES notification.inboxes,
  number bigint NOT NULL,
  id text NOT NULL UNIQUE,
  -- One message an event.
  event_id text NOT NULL UNIQUE,
  event text NOT NULL,
  -- What the text is made of, in the reader's language.
  data jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (customer, number)
);

CREATE FUNCTION notification.wake_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('messages', NEW.customer);
  RETURN NULL;
END
$$;
CREATE TRIGGER wake_readers AFTER INSERT ON notification.messages
  FOR EACH ROW EXECUTE FUNCTION notification.wake_readers();

-- migrate:down
DROP TABLE notification.messages, notification.inboxes;
DROP FUNCTION notification.wake_readers;

-- include checkpoints
