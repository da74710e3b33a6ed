-- What has lost its workflow is found by these (P5).

-- migrate:up
-- False: its delivery may still have to be called off. What was cancelled long ago is done.
ALTER TABLE food.orders ADD closed boolean NOT NULL DEFAULT false;
UPDATE food.orders SET closed = true WHERE status = 'CANCELLED' AND updated_at < now() - interval '1 day';
CREATE INDEX orders_unfinished ON food.orders (id)
  WHERE status IN ('ORDERED', 'PAID', 'DELIVERING')
    OR (status = 'CANCELLED' AND payment = 'REFUNDED' AND NOT closed);

-- migrate:down
DROP INDEX food.orders_unfinished;
ALTER TABLE food.orders DROP closed;
