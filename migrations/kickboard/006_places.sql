-- How full kickboards are, and where they stand on the map. Stations are of bikes, whose database may be another.

-- migrate:up
ALTER TABLE kickboard.kickboards
  ADD COLUMN battery_level integer NOT NULL DEFAULT 100 CHECK (battery_level BETWEEN 0 AND 100),
  ADD COLUMN station_id text,
  -- WGS 84, degrees.
  ADD COLUMN lat double precision,
  ADD COLUMN lon double precision,
  -- What strangers see: another one for each ride, so that nobody can follow a rider.
  ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD CONSTRAINT whole_place CHECK ((lat IS NULL) = (lon IS NULL) AND (station_id IS NULL OR lat IS NOT NULL)),
  ADD CONSTRAINT rented_leaves CHECK (
    station_id IS NULL OR (status IN ('REGISTERED', 'RETURNED') AND removed_at IS NULL));
CREATE INDEX kickboards_by_place ON kickboard.kickboards (lat, lon) WHERE removed_at IS NULL;
CREATE INDEX kickboards_of_a_station ON kickboard.kickboards (station_id) WHERE station_id IS NOT NULL;

CREATE FUNCTION kickboard.leave_station() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.station_id := NULL;
  NEW.public_id := gen_random_uuid();
  RETURN NEW;
END
$$;
CREATE TRIGGER leave_station BEFORE UPDATE ON kickboard.kickboards FOR EACH ROW
  WHEN ((NEW.status = 'RENTED' AND OLD.status <> 'RENTED') OR (NEW.removed_at IS NOT NULL AND OLD.removed_at IS NULL))
  EXECUTE FUNCTION kickboard.leave_station();

CREATE OR REPLACE FUNCTION kickboard.told(k kickboard.kickboards) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', k.status, 'location', k.location, 'batteryLevel', k.battery_level,
    'stationId', k.station_id, 'lat', k.lat, 'lon', k.lon)
$$;

-- migrate:down
DROP TRIGGER leave_station ON kickboard.kickboards;
DROP FUNCTION kickboard.leave_station;
CREATE OR REPLACE FUNCTION kickboard.told(k kickboard.kickboards) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', k.status, 'location', k.location)
$$;
ALTER TABLE kickboard.kickboards DROP CONSTRAINT whole_place, DROP CONSTRAINT rented_leaves,
  DROP COLUMN battery_level, DROP COLUMN station_id, DROP COLUMN lat, DROP COLUMN lon, DROP COLUMN public_id;
