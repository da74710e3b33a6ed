-- migrate:up
CREATE TABLE payment.charges (
  key text PRIMARY KEY,
  id text NOT NULL UNIQUE,
  customer text,
  amount bigint,
  state text NOT NULL CHECK (state IN ('SENT', 'CAPTURED', 'DECLINED', 'UNKNOWN', 'NOT_CAPTURED', 'VOID')),
  provider_charge_id text UNIQUE,
  sent_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (state <> 'CAPTURED' OR (provider_charge_id IS NOT NULL AND amount > 0))
);
CREATE TABLE payment.refunds (
  charge_key text PRIMARY KEY REFERENCES payment.charges,
  attempt integer NOT NULL DEFAULT 1,
  amount bigint NOT NULL CHECK (amount > 0),
  state text NOT NULL CHECK (state IN ('SENT', 'REFUNDED', 'REFUSED', 'UNKNOWN', 'NOT_REFUNDED')),
  -- Requests that were told no, and must never come true late.
  refused text[] NOT NULL DEFAULT '{}',
  sent_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- migrate:down
DROP TABLE payment.refunds, payment.charges;
