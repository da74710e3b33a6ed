-- The tables themselves tell what has happened to them: no transition is without its event, whoever makes it.

-- migrate:up
-- include outbox

CREATE FUNCTION movie.utc(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

CREATE FUNCTION movie.told(s movie.screenings) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'movieName', s.movie_name, 'hall', s.hall, 'startsAt', movie.utc(s.starts_at), 'endsAt', movie.utc(s.ends_at),
    'rows', s.rows, 'columns', s.columns, 'price', s.price)
$$;

-- The booking as it is from then on.
CREATE FUNCTION movie.told(b movie.bookings) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'status', b.status, 'screeningId', s.id, 'movieName', s.movie_name, 'hall', s.hall,
    'startsAt', movie.utc(s.starts_at), 'endsAt', movie.utc(s.ends_at), 'seats', b.seats,
    'totalPrice', b.total_price, 'paymentMethod', b.payment_method, 'paymentId', b.payment_id,
    'ticket', b.ticket, 'refunded', b.refunded, 'failure', b.failure)
  FROM movie.screenings s WHERE s.id = b.screening_id
$$;

CREATE FUNCTION movie.tell_of_screening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO movie.outbox (type, subject, data) VALUES ('movie.screening-added', NEW.id, movie.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON movie.screenings FOR EACH ROW EXECUTE FUNCTION movie.tell_of_screening();

CREATE FUNCTION movie.tell_of_booking() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  what text := CASE WHEN NEW.status IS NOT DISTINCT FROM OLD.status THEN 'movie.ticket-issued' ELSE
    CASE NEW.status
      WHEN 'PENDING' THEN 'movie.held'
      WHEN 'BOOKED' THEN 'movie.booked'
      WHEN 'COLLECTED' THEN 'movie.collected'
      WHEN 'CANCELLED' THEN 'movie.cancelled'
      WHEN 'NO_SHOW' THEN 'movie.no-show'
      WHEN 'FAILED' THEN 'movie.refused'
    END END;
BEGIN
  INSERT INTO movie.outbox (type, subject, customer, data) VALUES (what, NEW.id, NEW.customer, movie.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON movie.bookings FOR EACH ROW EXECUTE FUNCTION movie.tell_of_booking();
CREATE TRIGGER tell AFTER UPDATE ON movie.bookings FOR EACH ROW
  WHEN ((OLD.status, OLD.ticket) IS DISTINCT FROM (NEW.status, NEW.ticket))
  EXECUTE FUNCTION movie.tell_of_booking();

-- As it is now; nobody is told anew of what happened long ago.
INSERT INTO movie.outbox (type, subject, data)
SELECT 'movie.screening-added', s.id, movie.told(s) FROM movie.screenings s ORDER BY s.created_at;
INSERT INTO movie.outbox (type, subject, customer, data)
SELECT 'movie.booking-recorded', b.id, b.customer, movie.told(b) FROM movie.bookings b ORDER BY b.created_at;

-- migrate:down
DROP TRIGGER tell ON movie.screenings;
DROP TRIGGER tell_first ON movie.bookings;
DROP TRIGGER tell ON movie.bookings;
DROP FUNCTION movie.tell_of_screening, movie.tell_of_booking,
  movie.told(movie.screenings), movie.told(movie.bookings), movie.utc;

-- include outbox
