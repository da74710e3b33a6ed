-- What was paid for a cancelled order may have been written off (P4).

-- migrate:up
ALTER TABLE food.orders DROP CONSTRAINT orders_payment_check, DROP CONSTRAINT paid_by_a_charge,
  ADD CONSTRAINT orders_payment_check
    CHECK (payment IN ('PENDING', 'CAPTURED', 'DECLINED', 'REFUNDED', 'WRITTEN_OFF')),
  ADD CONSTRAINT paid_by_a_charge
    CHECK ((payment IN ('CAPTURED', 'REFUNDED', 'WRITTEN_OFF')) = (payment_id IS NOT NULL));

-- migrate:down
ALTER TABLE food.orders DROP CONSTRAINT orders_payment_check, DROP CONSTRAINT paid_by_a_charge,
  ADD CONSTRAINT orders_payment_check CHECK (payment IN ('PENDING', 'CAPTURED', 'DECLINED', 'REFUNDED')),
  ADD CONSTRAINT paid_by_a_charge CHECK ((payment IN ('CAPTURED', 'REFUNDED')) = (payment_id IS NOT NULL));
