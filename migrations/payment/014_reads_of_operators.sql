-- Operators read what is on record of one thing, and the ledger by time.

-- migrate:up
CREATE INDEX parked_by_business ON payment.parked (business_id);
CREATE INDEX transfers_by_time ON payment.transfers (at);
CREATE INDEX refunds_in_doubt ON payment.refunds (key) WHERE state IN ('SENT', 'UNKNOWN');

-- migrate:down
DROP INDEX payment.parked_by_business, payment.transfers_by_time, payment.refunds_in_doubt;
