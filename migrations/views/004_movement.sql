-- Whoever waits for a view hears when it goes on. Lists of one domain are read there: of the views only the customer's
-- page is left. A view that was rebuilt has its indexes under names that PostgreSQL chose.

-- migrate:up
CREATE FUNCTION views.tell_of_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('views', NEW.consumer);
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_of_movement AFTER UPDATE ON views.checkpoints FOR EACH ROW
  WHEN ((OLD.xid, OLD.position) IS DISTINCT FROM (NEW.xid, NEW.position))
  EXECUTE FUNCTION views.tell_of_movement();

DROP INDEX IF EXISTS views.bookings_screening_id_id_idx, views.bookings_status_id_idx,
  views.rides_of_a_kickboard, views.rides_kickboard_id_id_idx;

-- migrate:down
CREATE INDEX ON views.bookings (screening_id, id DESC);
CREATE INDEX ON views.bookings (status, id DESC);
CREATE INDEX rides_of_a_kickboard ON views.rides (kickboard_id, id DESC);
DROP TRIGGER tell_of_movement ON views.checkpoints;
DROP FUNCTION views.tell_of_movement;
