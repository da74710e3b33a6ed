-- migrate:up
CREATE TABLE views.orders (
  id text PRIMARY KEY,
  customer text NOT NULL,
  status text NOT NULL,
  status_text text NOT NULL,
  lines jsonb NOT NULL,
  total_price bigint NOT NULL,
  address text NOT NULL,
  payment text NOT NULL,
  payment_id text,
  payment_method text NOT NULL,
  delivery_id text NOT NULL,
  reason text
);
CREATE INDEX orders_of_a_customer ON views.orders (customer, id DESC);

-- migrate:down
DROP TABLE views.orders;
