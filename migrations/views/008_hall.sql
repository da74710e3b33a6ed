-- Bookings tell their hall: all are taken anew from their events.

-- migrate:up
TRUNCATE views.bookings;
ALTER TABLE views.bookings ADD hall text NOT NULL;
DELETE FROM views.checkpoints WHERE consumer = 'bookings';

-- migrate:down
ALTER TABLE views.bookings DROP hall;
