-- What has lost its workflow is found by these (P5).

-- migrate:up
CREATE INDEX passes_unfinished ON kickboard.passes (id) WHERE status = 'READY_FOR_PAY';
CREATE INDEX rides_unfinished ON kickboard.rides (id) WHERE status = 'RENTED';

-- migrate:down
DROP INDEX kickboard.passes_unfinished, kickboard.rides_unfinished;
