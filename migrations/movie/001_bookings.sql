-- migrate:up
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE movie.screenings (
  id text PRIMARY KEY,
  movie_name text NOT NULL,
  hall text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  rows integer NOT NULL CHECK (rows BETWEEN 1 AND 100),
  columns integer NOT NULL CHECK (columns BETWEEN 1 AND 26),
  price bigint NOT NULL CHECK (price > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (starts_at < ends_at),
  CONSTRAINT one_screening_per_hall EXCLUDE USING gist (hall WITH =, tstzrange(starts_at, ends_at) WITH &&)
);
CREATE INDEX screenings_by_time ON movie.screenings (starts_at, id);

CREATE TABLE movie.bookings (
  id text PRIMARY KEY,
  customer text NOT NULL,
  screening_id text NOT NULL REFERENCES movie.screenings,
  seats text[] NOT NULL,
  total_price bigint NOT NULL CHECK (total_price > 0),
  status text NOT NULL CHECK (status IN ('PENDING', 'BOOKED', 'COLLECTED', 'CANCELLED', 'NO_SHOW', 'FAILED')),
  ticket text NOT NULL DEFAULT 'WAITING' CHECK (ticket IN ('WAITING', 'ISSUED', 'COLLECTED')),
  payment_method text NOT NULL,
  payment_id text,
  refunded bigint NOT NULL DEFAULT 0,
  failure text,
  answer_by timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT unpaid_never_stands CHECK (status IN ('PENDING', 'FAILED') OR payment_id IS NOT NULL),
  CONSTRAINT cancelled_is_refunded CHECK (refunded = CASE WHEN status = 'CANCELLED' THEN total_price ELSE 0 END)
);
CREATE INDEX bookings_by_customer ON movie.bookings (customer, id DESC);
CREATE INDEX bookings_by_screening ON movie.bookings (screening_id, id DESC);

CREATE TABLE movie.seat_claims (
  booking_id text NOT NULL REFERENCES movie.bookings,
  screening_id text NOT NULL,
  seat text NOT NULL,
  status text NOT NULL CHECK (status IN ('HELD', 'SOLD', 'FREED')),
  PRIMARY KEY (booking_id, seat)
);
-- Seed 003, M3: the database itself refuses a second live claim.
CREATE UNIQUE INDEX one_live_claim_per_seat ON movie.seat_claims (screening_id, seat) WHERE status <> 'FREED';

-- migrate:down
DROP TABLE movie.seat_claims, movie.bookings, movie.screenings;
