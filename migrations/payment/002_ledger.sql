-- migrate:up
-- Value moves from one account to another; a balance is what came in less what went out. What is outside of Haru
-- (the provider) stands in the minus, so that all accounts together are 0 (P1).
CREATE TABLE payment.accounts (
  id text PRIMARY KEY,
  balance bigint NOT NULL DEFAULT 0,
  CONSTRAINT no_overdraft CHECK (balance >= 0 OR id !~ '^(deposit|points):')
);

CREATE TABLE payment.transfers (
  position bigint PRIMARY KEY,
  id text NOT NULL UNIQUE,
  key text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN
    ('CAPTURE', 'REFUND', 'PURCHASE', 'PURCHASE_REFUND', 'TOP_UP', 'SETTLEMENT', 'WRITE_OFF')),
  from_account text NOT NULL REFERENCES payment.accounts,
  to_account text NOT NULL REFERENCES payment.accounts,
  amount bigint NOT NULL CHECK (amount > 0),
  business_id text NOT NULL,
  workflow_id text,
  run_id text,
  activity_id text,
  reason text,
  at timestamptz NOT NULL,
  hash bytea NOT NULL,
  CHECK (from_account <> to_account)
);
CREATE INDEX transfers_by_business ON payment.transfers (business_id);

-- No foreign key to the transfer: its check would need the right to update transfers, which nobody has.
CREATE TABLE payment.entries (
  account text NOT NULL REFERENCES payment.accounts,
  position bigint NOT NULL,
  amount bigint NOT NULL CHECK (amount <> 0),
  balance bigint NOT NULL,
  PRIMARY KEY (account, position)
);
CREATE INDEX entries_by_transfer ON payment.entries (position);

-- The last link of the chain; its row lock puts all transfers in one order.
CREATE TABLE payment.chain (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  position bigint NOT NULL,
  hash bytea NOT NULL
);
INSERT INTO payment.chain (position, hash) VALUES (0, sha256('haru'));

CREATE FUNCTION payment.link(previous bytea, t payment.transfers) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(previous || convert_to(jsonb_build_array(
    t.position, t.id, t.key, t.kind, t.from_account, t.to_account, t.amount, t.business_id,
    t.workflow_id, t.run_id, t.activity_id, t.reason, extract(epoch FROM t.at))::text, 'UTF8'))
$$;

-- Makes a transfer, once a key. Returns whether it was made now; a key used for another movement is an error.
CREATE FUNCTION payment.transfer(
  of_id text, of_key text, of_kind text, from_id text, to_id text, of_amount bigint, business text,
  workflow text, run text, activity text, why text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  head payment.chain;
  made payment.transfers;
  before payment.transfers;
BEGIN
  SELECT * INTO head FROM payment.chain FOR UPDATE;
  SELECT * INTO before FROM payment.transfers WHERE key = of_key;
  IF FOUND THEN
    IF (before.from_account, before.to_account, before.amount) IS DISTINCT FROM (from_id, to_id, of_amount) THEN
      RAISE EXCEPTION 'transfer % was made with other values', of_key USING ERRCODE = 'unique_violation';
    END IF;
    RETURN false;
  END IF;

  made.position := head.position + 1;
  made.id := of_id;
  made.key := of_key;
  made.kind := of_kind;
  made.from_account := from_id;
  made.to_account := to_id;
  made.amount := of_amount;
  made.business_id := business;
  made.workflow_id := workflow;
  made.run_id := run;
  made.activity_id := activity;
  made.reason := why;
  made.at := clock_timestamp();
  made.hash := payment.link(head.hash, made);

  INSERT INTO payment.accounts (id) VALUES (from_id), (to_id) ON CONFLICT DO NOTHING;
  INSERT INTO payment.transfers SELECT made.*;
  WITH moved AS (
    UPDATE payment.accounts SET balance = balance + CASE id WHEN to_id THEN of_amount ELSE -of_amount END
    WHERE id IN (from_id, to_id) RETURNING id, balance)
  INSERT INTO payment.entries (account, position, amount, balance)
  SELECT id, made.position, CASE id WHEN to_id THEN of_amount ELSE -of_amount END, balance FROM moved;
  UPDATE payment.chain SET position = made.position, hash = made.hash;
  RETURN true;
END
$$;

CREATE FUNCTION payment.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed, only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER transfers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment.transfers
  FOR EACH STATEMENT EXECUTE FUNCTION payment.refuse_change();
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment.entries
  FOR EACH STATEMENT EXECUTE FUNCTION payment.refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON payment.transfers, payment.entries FROM PUBLIC, CURRENT_USER;

-- A charge says where its money came from and went to; of it, so much has gone back or is about to.
ALTER TABLE payment.charges
  ADD method text NOT NULL DEFAULT 'card' CHECK (method IN ('card', 'deposit')),
  ADD income text,
  ADD refunded bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT charges_check;
UPDATE payment.charges SET income = 'revenue:movie' WHERE state <> 'VOID';
ALTER TABLE payment.charges
  ADD CONSTRAINT captured_whole CHECK
    (state <> 'CAPTURED' OR (amount > 0 AND income IS NOT NULL AND (method = 'deposit' OR provider_charge_id IS NOT NULL))),
  ADD CONSTRAINT never_above_the_charge CHECK (refunded = 0 OR refunded BETWEEN 0 AND amount);
ALTER TABLE payment.refunds
  ADD key text,
  DROP CONSTRAINT refunds_state_check,
  ADD CONSTRAINT refunds_state_check CHECK
    (state IN ('SENT', 'REFUNDED', 'REFUSED', 'UNKNOWN', 'NOT_REFUNDED', 'SETTLED', 'WRITTEN_OFF'));
UPDATE payment.refunds SET key = regexp_replace(charge_key, '/charge$', '/refund');
ALTER TABLE payment.refunds DROP CONSTRAINT refunds_pkey, ADD PRIMARY KEY (key);
CREATE INDEX refunds_of_a_charge ON payment.refunds (charge_key);

CREATE TABLE payment.top_ups (
  id text PRIMARY KEY,
  customer text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  status text NOT NULL CHECK (status IN ('CREDITED', 'FAILED')),
  failure text,
  at timestamptz NOT NULL DEFAULT now(),
  CHECK ((status = 'FAILED') = (failure IS NOT NULL))
);

-- What was captured and refunded before there was a ledger.
UPDATE payment.charges c SET refunded = r.amount FROM payment.refunds r
WHERE r.charge_key = c.key AND r.state IN ('SENT', 'UNKNOWN', 'REFUNDED');
SELECT payment.transfer('trf_' || c.id, c.key, 'CAPTURE', 'provider', c.income, c.amount,
  split_part(c.key, '/', 1), NULL, NULL, NULL, 'captured before the ledger')
FROM payment.charges c WHERE c.state = 'CAPTURED' ORDER BY c.updated_at;
SELECT payment.transfer('trf_r' || c.id, r.key || '/' || r.attempt, 'REFUND', 'refunds', 'provider', r.amount,
  split_part(c.key, '/', 1), NULL, NULL, NULL, 'refunded before the ledger')
FROM payment.refunds r JOIN payment.charges c ON c.key = r.charge_key
WHERE r.state = 'REFUNDED' ORDER BY r.updated_at;

-- migrate:down
DROP TABLE payment.top_ups;
ALTER TABLE payment.refunds DROP CONSTRAINT refunds_pkey, DROP key, ADD PRIMARY KEY (charge_key);
ALTER TABLE payment.charges DROP method, DROP income, DROP refunded;
DROP FUNCTION payment.transfer, payment.link;
DROP TABLE payment.chain, payment.entries, payment.transfers, payment.accounts;
DROP FUNCTION payment.refuse_change;
