-- Lists of orders.

-- migrate:up
CREATE INDEX orders_of_a_customer ON food.orders (customer, id DESC);

-- migrate:down
DROP INDEX food.orders_of_a_customer;
