-- The staff's list of bookings by status.

-- migrate:up
CREATE INDEX bookings_by_status ON movie.bookings (status, id DESC);

-- migrate:down
DROP INDEX movie.bookings_by_status;
