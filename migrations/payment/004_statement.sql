-- migrate:up
-- What the provider says that moved; matched once the ledger says the same, or an operator has answered for it.
CREATE TABLE payment.statement (
  kind text NOT NULL CHECK (kind IN ('CAPTURE', 'REFUND')),
  key text NOT NULL,
  charge_id text NOT NULL,
  amount bigint NOT NULL,
  at timestamptz NOT NULL,
  matched boolean NOT NULL DEFAULT false,
  PRIMARY KEY (key, kind, charge_id)
);
CREATE INDEX statement_unmatched ON payment.statement (at) WHERE NOT matched;

-- The same as our ledger has it.
CREATE VIEW payment.booked AS
  SELECT t.position, t.kind, t.key, c.provider_charge_id AS charge_id, t.amount, t.at
  FROM payment.transfers t JOIN payment.charges c ON c.key = t.business_id || '/charge'
  WHERE t.kind IN ('CAPTURE', 'REFUND');

-- How far the statement has been read, and to which transfer the ledger has been compared with it.
CREATE TABLE payment.reconciliation (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  cursor text,
  compared_to bigint NOT NULL DEFAULT 0
);
INSERT INTO payment.reconciliation DEFAULT VALUES;

-- migrate:down
DROP TABLE payment.reconciliation;
DROP VIEW payment.booked;
DROP TABLE payment.statement;
