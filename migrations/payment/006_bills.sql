-- Seed 004: fees of rentals are taken from deposits, and points of managers become money in them.

-- migrate:up
ALTER TABLE payment.transfers DROP CONSTRAINT transfers_kind_check, ADD CONSTRAINT transfers_kind_check
  CHECK (kind IN ('CAPTURE', 'REFUND', 'PURCHASE', 'PURCHASE_REFUND', 'TOP_UP', 'SETTLEMENT', 'WRITE_OFF',
    'BILL', 'CONVERSION'));

CREATE TABLE payment.conversions (LIKE payment.top_ups INCLUDING ALL);

-- Bills that a deposit could not pay so far: whoever raises it tells their rentals.
CREATE TABLE payment.unpaid_bills (
  rental_id text PRIMARY KEY,
  customer text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX unpaid_bills_of_a_customer ON payment.unpaid_bills (customer);

CREATE FUNCTION payment.tell_of_conversion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO payment.outbox (type, subject, customer, data) VALUES (
    CASE NEW.status WHEN 'CREDITED' THEN 'payment.points-credited' ELSE 'payment.points-refused' END,
    NEW.id, NEW.customer,
    jsonb_build_object('status', NEW.status, 'amount', NEW.amount, 'failure', NEW.failure));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON payment.conversions
  FOR EACH ROW EXECUTE FUNCTION payment.tell_of_conversion();

-- migrate:down
DROP TABLE payment.conversions, payment.unpaid_bills;
DROP FUNCTION payment.tell_of_conversion;
ALTER TABLE payment.transfers DROP CONSTRAINT transfers_kind_check, ADD CONSTRAINT transfers_kind_check
  CHECK (kind IN ('CAPTURE', 'REFUND', 'PURCHASE', 'PURCHASE_REFUND', 'TOP_UP', 'SETTLEMENT', 'WRITE_OFF'));
