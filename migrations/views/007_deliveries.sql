-- migrate:up
CREATE TABLE views.deliveries (
  id text PRIMARY KEY,
  order_id text NOT NULL UNIQUE,
  status text NOT NULL
);

-- migrate:down
DROP TABLE views.deliveries;
