-- What has lost its workflow is found by these (P5).

-- migrate:up
-- False: box office and payment may still have something to do. What was cancelled long ago is done.
ALTER TABLE movie.bookings ADD closed boolean NOT NULL DEFAULT false;
UPDATE movie.bookings SET closed = true WHERE status = 'CANCELLED' AND updated_at < now() - interval '1 day';
CREATE INDEX bookings_unfinished ON movie.bookings (id)
  WHERE status IN ('PENDING', 'BOOKED') OR (status = 'CANCELLED' AND NOT closed);

-- migrate:down
DROP INDEX movie.bookings_unfinished;
ALTER TABLE movie.bookings DROP closed;
