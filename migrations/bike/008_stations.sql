-- Stations, and where bikes stand on the map.

-- migrate:up
CREATE TABLE bike.stations (
  id text PRIMARY KEY,
  name text NOT NULL,
  -- WGS 84, degrees.
  lat double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
  lon double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
  capacity integer NOT NULL CHECK (capacity >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX stations_by_place ON bike.stations (lat, lon);

ALTER TABLE bike.bikes
  -- A station goes only while no bike stands there.
  ADD COLUMN station_id text CONSTRAINT stands_at_a_station REFERENCES bike.stations,
  ADD COLUMN lat double precision,
  ADD COLUMN lon double precision,
  -- What strangers see: another one for each rental, so that nobody can follow a rider.
  ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD CONSTRAINT whole_place CHECK ((lat IS NULL) = (lon IS NULL) AND (station_id IS NULL OR lat IS NOT NULL)),
  ADD CONSTRAINT rented_leaves CHECK (station_id IS NULL OR (status <> 'IN_USE' AND removed_at IS NULL));
CREATE INDEX bikes_by_place ON bike.bikes (lat, lon) WHERE removed_at IS NULL;
CREATE INDEX bikes_of_a_station ON bike.bikes (station_id) WHERE station_id IS NOT NULL;

CREATE FUNCTION bike.leave_station() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.station_id := NULL;
  NEW.public_id := gen_random_uuid();
  RETURN NEW;
END
$$;
CREATE TRIGGER leave_station BEFORE UPDATE ON bike.bikes FOR EACH ROW
  WHEN ((NEW.status = 'IN_USE' AND OLD.status <> 'IN_USE') OR (NEW.removed_at IS NOT NULL AND OLD.removed_at IS NULL))
  EXECUTE FUNCTION bike.leave_station();

CREATE OR REPLACE FUNCTION bike.told(b bike.bikes) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', b.status, 'location', b.location, 'batteryLevel', b.battery_level,
    'stationId', b.station_id, 'lat', b.lat, 'lon', b.lon)
$$;

CREATE FUNCTION bike.told(s bike.stations) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('name', s.name, 'lat', s.lat, 'lon', s.lon, 'capacity', s.capacity)
$$;

CREATE FUNCTION bike.tell_of_station() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  s bike.stations := coalesce(NEW, OLD);
BEGIN
  INSERT INTO bike.outbox (type, subject, data) VALUES (
    CASE TG_OP WHEN 'INSERT' THEN 'bike.station-added' WHEN 'UPDATE' THEN 'bike.station-changed'
      ELSE 'bike.station-removed' END,
    s.id, bike.told(s));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT OR DELETE ON bike.stations
  FOR EACH ROW EXECUTE FUNCTION bike.tell_of_station();
CREATE TRIGGER tell AFTER UPDATE ON bike.stations FOR EACH ROW
  WHEN ((OLD.name, OLD.lat, OLD.lon, OLD.capacity) IS DISTINCT FROM (NEW.name, NEW.lat, NEW.lon, NEW.capacity))
  EXECUTE FUNCTION bike.tell_of_station();

-- migrate:down
DROP TRIGGER leave_station ON bike.bikes;
CREATE OR REPLACE FUNCTION bike.told(b bike.bikes) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', b.status, 'location', b.location, 'batteryLevel', b.battery_level)
$$;
ALTER TABLE bike.bikes DROP CONSTRAINT whole_place, DROP CONSTRAINT rented_leaves, DROP COLUMN station_id,
  DROP COLUMN lat, DROP COLUMN lon, DROP COLUMN public_id;
DROP TABLE bike.stations CASCADE;
DROP FUNCTION bike.leave_station, bike.tell_of_station;
