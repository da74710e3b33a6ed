-- What has lost its workflow is found by these (P5).

-- migrate:up
ALTER TABLE bike.rentals
  -- As it was when the rental began; null for those that began before it was kept here.
  ADD tariff jsonb,
  -- False: its bill may still have to be paid. What came back long ago and is not owed for is done.
  ADD closed boolean NOT NULL DEFAULT false;
UPDATE bike.rentals r SET closed = true WHERE status = 'RETURNED' AND updated_at < now() - interval '1 day'
  AND NOT EXISTS (SELECT FROM bike.debts d WHERE d.rental_id = r.id AND d.paid_at IS NULL);
CREATE INDEX rentals_unfinished ON bike.rentals (id)
  WHERE status = 'RENTED' OR (status = 'RETURNED' AND NOT closed);
CREATE INDEX conversions_unfinished ON bike.conversions (id) WHERE status = 'TAKEN';

-- migrate:down
DROP INDEX bike.rentals_unfinished, bike.conversions_unfinished;
ALTER TABLE bike.rentals DROP tariff, DROP closed;
