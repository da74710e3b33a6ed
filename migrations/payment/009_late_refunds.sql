-- migrate:up
-- A refund that came after it had been given up on, for a thing that its customer has by then (P6).
ALTER TABLE payment.charges ADD made_good bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT made_good_of_refunds CHECK (made_good BETWEEN 0 AND refunded);
ALTER TABLE payment.parked DROP CONSTRAINT parked_kind_check,
  ADD CONSTRAINT parked_kind_check
    CHECK (kind IN ('UNDO', 'LATE_CAPTURE', 'LATE_REFUND', 'REFUND_IN_DOUBT', 'MISMATCH'));

-- migrate:down
ALTER TABLE payment.charges DROP made_good;
ALTER TABLE payment.parked DROP CONSTRAINT parked_kind_check,
  ADD CONSTRAINT parked_kind_check CHECK (kind IN ('UNDO', 'LATE_CAPTURE', 'REFUND_IN_DOUBT', 'MISMATCH'));
