-- A CANCELLED booking of which nothing is refunded was written off (P4).

-- migrate:up
ALTER TABLE movie.bookings DROP CONSTRAINT cancelled_is_refunded,
  ADD CONSTRAINT only_cancelled_is_refunded
    CHECK (refunded = 0 OR (status = 'CANCELLED' AND refunded = total_price));

-- migrate:down
ALTER TABLE movie.bookings DROP CONSTRAINT only_cancelled_is_refunded,
  ADD CONSTRAINT cancelled_is_refunded
    CHECK (refunded = CASE WHEN status = 'CANCELLED' THEN total_price ELSE 0 END);
