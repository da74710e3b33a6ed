-- What the provider does of itself later (P6): a refund fails after it was made, a bank takes a charge back.

-- migrate:up
ALTER TABLE payment.refunds DROP CONSTRAINT refunds_state_check,
  ADD CONSTRAINT refunds_state_check CHECK
    (state IN ('SENT', 'REFUNDED', 'REFUSED', 'UNKNOWN', 'NOT_REFUNDED', 'FAILED', 'SETTLED', 'WRITTEN_OFF'));
ALTER TABLE payment.transfers DROP CONSTRAINT transfers_kind_check, ADD CONSTRAINT transfers_kind_check
  CHECK (kind IN ('CAPTURE', 'REFUND', 'REFUND_FAILED', 'PURCHASE', 'PURCHASE_REFUND', 'TOP_UP', 'SETTLEMENT',
    'WRITE_OFF', 'BILL', 'CONVERSION'));
ALTER TABLE payment.parked DROP CONSTRAINT parked_kind_check,
  ADD CONSTRAINT parked_kind_check CHECK (kind IN ('UNDO', 'LATE_CAPTURE', 'LATE_REFUND', 'REFUND_IN_DOUBT',
    'MISMATCH', 'STEP', 'REFUND_FAILED', 'DISPUTE'));

CREATE OR REPLACE FUNCTION payment.tell_of_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payment.outbox (type, subject, customer, data) VALUES (
    CASE NEW.state
      WHEN 'SENT' THEN 'payment.refund-sent'
      WHEN 'REFUNDED' THEN 'payment.refunded'
      WHEN 'REFUSED' THEN 'payment.refund-refused'
      WHEN 'UNKNOWN' THEN 'payment.refund-in-doubt'
      WHEN 'NOT_REFUNDED' THEN 'payment.not-refunded'
      WHEN 'FAILED' THEN 'payment.refund-failed'
      WHEN 'SETTLED' THEN 'payment.refund-settled'
      WHEN 'WRITTEN_OFF' THEN 'payment.refund-written-off'
    END, NEW.key, (SELECT c.customer FROM payment.charges c WHERE c.key = NEW.charge_key), payment.told(NEW));
  RETURN NULL;
END
$$;

-- migrate:down
DELETE FROM payment.parked WHERE kind IN ('REFUND_FAILED', 'DISPUTE')
  AND NOT EXISTS (SELECT FROM payment.decisions WHERE parked = key);
ALTER TABLE payment.parked DROP CONSTRAINT parked_kind_check,
  ADD CONSTRAINT parked_kind_check CHECK
    (kind IN ('UNDO', 'LATE_CAPTURE', 'LATE_REFUND', 'REFUND_IN_DOUBT', 'MISMATCH', 'STEP')) NOT VALID;
ALTER TABLE payment.transfers DROP CONSTRAINT transfers_kind_check, ADD CONSTRAINT transfers_kind_check
  CHECK (kind IN ('CAPTURE', 'REFUND', 'PURCHASE', 'PURCHASE_REFUND', 'TOP_UP', 'SETTLEMENT', 'WRITE_OFF',
    'BILL', 'CONVERSION')) NOT VALID;
ALTER TABLE payment.refunds DROP CONSTRAINT refunds_state_check,
  ADD CONSTRAINT refunds_state_check CHECK
    (state IN ('SENT', 'REFUNDED', 'REFUSED', 'UNKNOWN', 'NOT_REFUNDED', 'SETTLED', 'WRITTEN_OFF')) NOT VALID;

CREATE OR REPLACE FUNCTION payment.tell_of_refund() RETURNS trigger LANGUAGE plpgsql AS $$
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
