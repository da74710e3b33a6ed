-- Lists of passes and rides.

-- migrate:up
CREATE INDEX passes_of_a_customer ON kickboard.passes (customer, id DESC);
CREATE INDEX rides_of_a_customer ON kickboard.rides (customer, id DESC);
CREATE INDEX rides_of_a_kickboard ON kickboard.rides (kickboard_id, id DESC);

-- migrate:down
DROP INDEX kickboard.passes_of_a_customer, kickboard.rides_of_a_customer, kickboard.rides_of_a_kickboard;
