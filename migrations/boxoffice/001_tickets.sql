-- migrate:up
CREATE TABLE boxoffice.tickets (
  booking_id text PRIMARY KEY,
  screening_id text,
  seats text[],
  status text NOT NULL CHECK (status IN ('ISSUED', 'COLLECTED', 'VOID')),
  -- The attempt that handed the ticket out, and those that were refused and must never come true late.
  collected_by text,
  refused text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((status = 'COLLECTED') = (collected_by IS NOT NULL))
);

-- migrate:down
DROP TABLE boxoffice.tickets;
