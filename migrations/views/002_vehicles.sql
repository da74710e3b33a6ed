-- migrate:up
CREATE TABLE views.passes (
  id text PRIMARY KEY,
  customer text NOT NULL,
  type text NOT NULL,
  price bigint NOT NULL,
  status text NOT NULL,
  rides_total integer NOT NULL,
  rides_left integer NOT NULL,
  payment_id text,
  payment_method text NOT NULL,
  failure text
);
CREATE INDEX passes_of_a_customer ON views.passes (customer, id DESC);

CREATE TABLE views.rides (
  id text PRIMARY KEY,
  customer text NOT NULL,
  kickboard_id text NOT NULL,
  pass_id text NOT NULL,
  status text NOT NULL,
  minutes integer NOT NULL,
  started_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_location text
);
CREATE INDEX rides_of_a_customer ON views.rides (customer, id DESC);
CREATE INDEX rides_of_a_kickboard ON views.rides (kickboard_id, id DESC);

-- Rentals with their bills: told by two services, either of which may be the first to be heard.
CREATE TABLE views.rentals (
  id text PRIMARY KEY,
  customer text NOT NULL,
  bike_id text,
  status text,
  started_at timestamptz,
  start_location text,
  ended_at timestamptz,
  end_location text,
  bill_id text,
  bill_status text,
  minutes integer,
  fee bigint,
  tariff jsonb
);
CREATE INDEX rentals_of_a_customer ON views.rentals (customer, id DESC);

-- migrate:down
DROP TABLE views.passes, views.rides, views.rentals;
