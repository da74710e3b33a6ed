-- migrate:up
-- include outbox

-- A key is made of the business id and the step.
CREATE FUNCTION payment.told(c payment.charges) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('state', c.state, 'reference', split_part(c.key, '/', 1), 'amount', c.amount,
    'method', c.method)
$$;

CREATE FUNCTION payment.told(r payment.refunds) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('state', r.state, 'reference', split_part(r.charge_key, '/', 1), 'amount', r.amount)
$$;

-- Balances are those after it; of two movements on one deposit the one with the higher number is the later.
CREATE FUNCTION payment.told(e payment.entries) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('kind', t.kind, 'reference', t.business_id, 'amount', e.amount, 'balance', e.balance,
    'number', e.position)
  FROM payment.transfers t WHERE t.position = e.position
$$;

CREATE FUNCTION payment.told(u payment.top_ups) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', u.status, 'amount', u.amount, 'failure', u.failure)
$$;

CREATE FUNCTION payment.told(p payment.parked) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('state', p.state, 'kind', p.kind, 'reference', p.business_id, 'amount', p.amount,
    'error', p.error)
$$;

CREATE FUNCTION payment.tell_of_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payment.outbox (type, subject, customer, data) VALUES (
    CASE NEW.state
      WHEN 'SENT' THEN 'payment.charge-sent'
      WHEN 'CAPTURED' THEN 'payment.captured'
      WHEN 'DECLINED' THEN 'payment.declined'
      WHEN 'UNKNOWN' THEN 'payment.charge-in-doubt'
      WHEN 'NOT_CAPTURED' THEN 'payment.not-captured'
      WHEN 'VOID' THEN 'payment.charge-closed'
    END, NEW.id, NEW.customer, payment.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON payment.charges FOR EACH ROW EXECUTE FUNCTION payment.tell_of_charge();
CREATE TRIGGER tell AFTER UPDATE ON payment.charges FOR EACH ROW
  WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION payment.tell_of_charge();

CREATE FUNCTION payment.tell_of_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payment.outbox (type, subject, customer, data) VALUES (
    CASE NEW.state
      WHEN 'SENT' THEN 'payment.refund-sent'
      WHEN 'REFUNDED' THEN 'payment.refunded'
      WHEN 'REFUSED' THEN 'payment.refund-refused'
      WHEN 'UNKNOWN' THEN 'payment.refund-in-doubt'
      WHEN 'NOT_REFUNDED' THEN 'payment.not-refunded'
      WHEN 'SETTLED' THEN 'payment.refund-settled'
      WHEN 'WRITTEN_OFF' THEN 'payment.refund-written-off'
    END, NEW.key, (SELECT c.customer FROM payment.charges c WHERE c.key = NEW.charge_key), payment.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON payment.refunds FOR EACH ROW EXECUTE FUNCTION payment.tell_of_refund();
CREATE TRIGGER tell AFTER UPDATE ON payment.refunds FOR EACH ROW
  WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION payment.tell_of_refund();

-- Each movement is a subject of its own: so payments of one customer never wait for each other to be told.
CREATE FUNCTION payment.tell_of_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payment.outbox (type, subject, customer, data) VALUES (
    'payment.deposit-moved', (SELECT t.id FROM payment.transfers t WHERE t.position = NEW.position),
    substr(NEW.account, length('deposit:') + 1), payment.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON payment.entries FOR EACH ROW
  WHEN (NEW.account LIKE 'deposit:%') EXECUTE FUNCTION payment.tell_of_deposit();

CREATE FUNCTION payment.tell_of_top_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payment.outbox (type, subject, customer, data) VALUES (
    CASE NEW.status WHEN 'CREDITED' THEN 'payment.topped-up' ELSE 'payment.top-up-refused' END,
    NEW.id, NEW.customer, payment.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON payment.top_ups FOR EACH ROW EXECUTE FUNCTION payment.tell_of_top_up();

CREATE FUNCTION payment.tell_of_parked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payment.outbox (type, subject, data) VALUES (
    CASE NEW.state WHEN 'NEEDS_OPERATOR' THEN 'payment.needs-operator' ELSE 'payment.operator-done' END,
    NEW.id, payment.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON payment.parked FOR EACH ROW
  WHEN (NEW.parked_at IS NOT NULL) EXECUTE FUNCTION payment.tell_of_parked();
CREATE TRIGGER tell AFTER UPDATE ON payment.parked FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND NEW.parked_at IS NOT NULL) EXECUTE FUNCTION payment.tell_of_parked();

-- As it is now; nobody is told anew of what happened long ago.
INSERT INTO payment.outbox (type, subject, customer, data)
SELECT 'payment.charge-recorded', c.id, c.customer, payment.told(c) FROM payment.charges c ORDER BY c.sent_at;
INSERT INTO payment.outbox (type, subject, customer, data)
SELECT 'payment.refund-recorded', r.key, c.customer, payment.told(r)
FROM payment.refunds r JOIN payment.charges c ON c.key = r.charge_key ORDER BY r.sent_at;
INSERT INTO payment.outbox (type, subject, customer, data)
SELECT 'payment.deposit-recorded', t.id, substr(e.account, length('deposit:') + 1), payment.told(e)
FROM payment.entries e JOIN payment.transfers t USING (position)
WHERE e.account LIKE 'deposit:%' ORDER BY e.position;

-- migrate:down
DROP TRIGGER tell_first ON payment.charges;
DROP TRIGGER tell ON payment.charges;
DROP TRIGGER tell_first ON payment.refunds;
DROP TRIGGER tell ON payment.refunds;
DROP TRIGGER tell ON payment.entries;
DROP TRIGGER tell ON payment.top_ups;
DROP TRIGGER tell_first ON payment.parked;
DROP TRIGGER tell ON payment.parked;
DROP FUNCTION payment.tell_of_charge, payment.tell_of_refund, payment.tell_of_deposit, payment.tell_of_top_up,
  payment.tell_of_parked, payment.told(payment.charges), payment.told(payment.refunds),
  payment.told(payment.entries), payment.told(payment.top_ups), payment.told(payment.parked);

-- include outbox
