-- migrate:up
-- Where a customer wants to be told, besides the inbox.
CREATE TABLE notification.contacts (
  customer text PRIMARY KEY,
  email text,
  -- Digits only: 01012345678.
  phone text,
  locale text NOT NULL CHECK (locale IN ('ko', 'en'))
);

-- Others' systems that are told of events.
CREATE TABLE notification.endpoints (
  id text PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  url text NOT NULL,
  -- null: all.
  events text[],
  -- Each request is signed with it, so it cannot be kept as a hash.
  secret text NOT NULL,
  registered_by text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE notification.deliveries (
  id text PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  event_id text NOT NULL,
  event text NOT NULL,
  subject text NOT NULL,
  channel text NOT NULL CHECK (channel IN ('EMAIL', 'WEBHOOK', 'KAKAO')),
  -- An address, a phone number, or the id of an endpoint.
  recipient text NOT NULL,
  -- Whose contact that is; null for an endpoint.
  customer text,
  -- The event's data, or for an endpoint all of it, as a CloudEvent.
  content jsonb NOT NULL,
  status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'SENT', 'FAILED')),
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Nobody is told twice by the same means.
  UNIQUE (event_id, channel, recipient)
);
CREATE INDEX deliveries_by_status ON notification.deliveries (status, number);

-- migrate:down
DROP TABLE notification.deliveries, notification.endpoints, notification.contacts;
