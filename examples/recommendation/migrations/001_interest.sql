-- migrate:up
-- include checkpoints

CREATE TABLE recommendation.interest (
  customer text NOT NULL,
  film text NOT NULL,
  -- How many of the customer's bookings of the film stand.
  bookings integer NOT NULL CHECK (bookings >= 0),
  PRIMARY KEY (customer, film)
);
CREATE INDEX interest_in_a_film ON recommendation.interest (film) WHERE bookings > 0;

-- migrate:down
DROP TABLE recommendation.interest;

-- include checkpoints
