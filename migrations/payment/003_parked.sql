-- migrate:up
-- What must come about and keeps failing; past its span an operator has to look at it (P4).
CREATE TABLE payment.parked (
  key text PRIMARY KEY,
  id text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('UNDO', 'LATE_CAPTURE', 'REFUND_IN_DOUBT', 'MISMATCH')),
  business_id text NOT NULL,
  workflow_id text NOT NULL,
  amount bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('FAILING', 'NEEDS_OPERATOR', 'DONE', 'SETTLED', 'WRITTEN_OFF')),
  failures integer NOT NULL DEFAULT 1,
  error text NOT NULL,
  failing_since timestamptz NOT NULL DEFAULT now(),
  parked_at timestamptz,
  ended_at timestamptz,
  CHECK (state = 'FAILING' OR state = 'DONE' OR parked_at IS NOT NULL),
  CHECK ((state IN ('FAILING', 'NEEDS_OPERATOR')) = (ended_at IS NULL))
);
CREATE INDEX parked_now ON payment.parked (id) WHERE state = 'NEEDS_OPERATOR';

-- Who decided what, when and why.
CREATE TABLE payment.decisions (
  parked text NOT NULL REFERENCES payment.parked,
  key text NOT NULL,
  action text NOT NULL CHECK (action IN ('retry', 'settle', 'write-off')),
  reason text NOT NULL,
  decided_by text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (parked, key)
);
CREATE TRIGGER decisions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment.decisions
  FOR EACH STATEMENT EXECUTE FUNCTION payment.refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON payment.decisions FROM PUBLIC, CURRENT_USER;

-- migrate:down
DROP TABLE payment.decisions, payment.parked;
