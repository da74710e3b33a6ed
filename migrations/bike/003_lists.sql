-- Lists of rentals.

-- migrate:up
CREATE INDEX rentals_of_a_customer ON bike.rentals (customer, id DESC);

-- migrate:down
DROP INDEX bike.rentals_of_a_customer;
