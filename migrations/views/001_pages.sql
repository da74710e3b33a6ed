-- Read models: each is made of events alone, and can be made anew.

-- migrate:up
-- include checkpoints

CREATE TABLE views.bookings (
  id text PRIMARY KEY,
  customer text NOT NULL,
  screening_id text NOT NULL,
  movie_name text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  seats text[] NOT NULL,
  total_price bigint NOT NULL,
  status text NOT NULL,
  ticket text NOT NULL,
  payment_id text,
  payment_method text NOT NULL,
  refunded bigint NOT NULL,
  failure text
);
CREATE INDEX ON views.bookings (customer, id DESC);
CREATE INDEX ON views.bookings (screening_id, id DESC);
CREATE INDEX ON views.bookings (status, id DESC);

CREATE TABLE views.deposits (
  customer text PRIMARY KEY,
  balance bigint NOT NULL,
  -- Of the movement that the balance is after.
  number bigint NOT NULL
);

-- Where a view is made anew, beside the one that is read.
CREATE SCHEMA views_next;

-- migrate:down
DROP SCHEMA views_next CASCADE;
DROP TABLE views.deposits, views.bookings;

-- include checkpoints
