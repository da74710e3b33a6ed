-- Limits of what managers earn and customers hold (B1, B6).

-- migrate:up
-- What the manager could earn by reports on that day of Seoul; null where there was no limit yet.
ALTER TABLE bike.reports ADD COLUMN day_limit bigint;
CREATE INDEX reports_of_a_manager ON bike.reports (manager, at) WHERE status = 'APPLIED';
CREATE INDEX open_rentals_of_a_customer ON bike.rentals (customer) WHERE status = 'RENTED';

-- migrate:down
DROP INDEX bike.open_rentals_of_a_customer, bike.reports_of_a_manager;
ALTER TABLE bike.reports DROP COLUMN day_limit;
