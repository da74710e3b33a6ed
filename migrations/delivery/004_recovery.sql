-- Searches that have lost their workflow are found by this (P5).

-- migrate:up
CREATE INDEX searches_unfinished ON delivery.deliveries (id)
  WHERE status = 'STARTED' AND courier IS NOT NULL AND NOT accepted;

-- migrate:down
DROP INDEX delivery.searches_unfinished;
