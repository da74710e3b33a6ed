-- How far consumers have come, in the schema that holds their effects: both change in one transaction.

-- migrate:up
-- The row's lock is the right to go on from there.
CREATE TABLE {schema}.checkpoints (
  consumer text NOT NULL,
  source text NOT NULL,
  xid xid8 NOT NULL DEFAULT '0',
  position bigint NOT NULL DEFAULT 0,
  -- Of the next event.
  failures integer NOT NULL DEFAULT 0,
  PRIMARY KEY (consumer, source)
);

-- Events that a consumer could not take, and those that came after them on the same subject.
CREATE TABLE {schema}.parked_events (
  id text NOT NULL UNIQUE,
  consumer text NOT NULL,
  source text NOT NULL,
  position bigint NOT NULL,
  subject text NOT NULL,
  event jsonb NOT NULL,
  -- Only of those that were tried.
  error text,
  parked_at timestamptz NOT NULL DEFAULT now(),
  retry boolean NOT NULL DEFAULT false,
  PRIMARY KEY (consumer, source, position)
);
CREATE INDEX parked_events_of_a_subject ON {schema}.parked_events (consumer, source, subject);

-- migrate:down
DROP TABLE {schema}.parked_events, {schema}.checkpoints;
