-- migrate:up
-- The undo of a step that moves no money waits for an operator as well, once it has lasted too long.
ALTER TABLE payment.parked DROP CONSTRAINT parked_kind_check,
  ADD CONSTRAINT parked_kind_check
    CHECK (kind IN ('UNDO', 'LATE_CAPTURE', 'LATE_REFUND', 'REFUND_IN_DOUBT', 'MISMATCH', 'STEP'));

-- migrate:down
DELETE FROM payment.parked WHERE kind = 'STEP' AND NOT EXISTS (SELECT FROM payment.decisions WHERE parked = key);
ALTER TABLE payment.parked DROP CONSTRAINT parked_kind_check,
  ADD CONSTRAINT parked_kind_check
    CHECK (kind IN ('UNDO', 'LATE_CAPTURE', 'LATE_REFUND', 'REFUND_IN_DOUBT', 'MISMATCH')) NOT VALID;
