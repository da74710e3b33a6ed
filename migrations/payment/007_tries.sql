-- What is ordered before it is paid may be sent to the provider more than once, under its one key (seed 002, F1).

-- migrate:up
ALTER TABLE payment.charges ADD tries integer NOT NULL DEFAULT 1;

-- migrate:down
ALTER TABLE payment.charges DROP tries;
