-- migrate:up
CREATE TABLE bike.bikes (
  id text PRIMARY KEY,
  location text NOT NULL,
  battery_level integer NOT NULL CHECK (battery_level BETWEEN 0 AND 100),
  status text NOT NULL CHECK (status IN ('AVAILABLE', 'IN_USE', 'BROKEN')),
  -- By a report while it is in use: what it will be once it is back.
  next_status text CHECK (next_status IS NULL OR (next_status IN ('AVAILABLE', 'BROKEN') AND status = 'IN_USE')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX bikes_by_status ON bike.bikes (status, id);

CREATE TABLE bike.rentals (
  id text PRIMARY KEY,
  customer text NOT NULL,
  bike_id text NOT NULL REFERENCES bike.bikes,
  -- REFUSED: a mark that keeps a late claim from coming true; nothing is told of it.
  status text NOT NULL CHECK (status IN ('RENTED', 'RETURNED', 'REFUSED')),
  started_at timestamptz,
  start_location text,
  ended_at timestamptz,
  end_location text,
  failure text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (status = 'REFUSED' OR (started_at IS NOT NULL AND start_location IS NOT NULL)),
  CHECK ((status = 'RETURNED') = (ended_at IS NOT NULL)),
  CHECK ((status = 'REFUSED') = (failure IS NOT NULL)),
  CHECK (ended_at >= started_at)
);
-- Seed 004, B2: the database itself refuses a second rider.
CREATE UNIQUE INDEX one_open_rental_per_bike ON bike.rentals (bike_id) WHERE status = 'RENTED';

-- Whose bill stands unpaid rents nothing (B5).
CREATE TABLE bike.debts (
  rental_id text PRIMARY KEY REFERENCES bike.rentals,
  customer text NOT NULL,
  -- It stays, so that a late word of the debt finds that it is paid.
  paid_at timestamptz
);
CREATE INDEX debts_of_a_customer ON bike.debts (customer) WHERE paid_at IS NULL;

CREATE TABLE bike.managers (
  manager text PRIMARY KEY,
  points bigint NOT NULL DEFAULT 0 CONSTRAINT never_below_zero CHECK (points >= 0),
  reports integer NOT NULL DEFAULT 0,
  entries integer NOT NULL DEFAULT 0,
  -- Null: points came before anybody registered them.
  registration text
);

CREATE TABLE bike.point_entries (
  id text PRIMARY KEY,
  manager text NOT NULL REFERENCES bike.managers,
  -- The manager's first is 1; none is left out.
  number integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('OPENING', 'REPORT', 'CONVERSION', 'GIVEN_BACK')),
  points bigint NOT NULL CHECK (points <> 0),
  balance bigint NOT NULL CHECK (balance >= 0),
  -- Id of the report or conversion; the manager of an opening.
  reference text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (manager, number),
  UNIQUE (reference, kind)
);
CREATE FUNCTION bike.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed, only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON bike.point_entries
  FOR EACH STATEMENT EXECUTE FUNCTION bike.refuse_change();

-- Moves a manager's points and writes it down. Returns what is left.
CREATE FUNCTION bike.move_points(of_manager text, of_id text, of_kind text, of_points bigint, of_reference text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  m bike.managers;
BEGIN
  INSERT INTO bike.managers (manager) VALUES (of_manager) ON CONFLICT DO NOTHING;
  UPDATE bike.managers SET points = points + of_points, entries = entries + 1
  WHERE manager = of_manager RETURNING * INTO m;
  INSERT INTO bike.point_entries (id, manager, number, kind, points, balance, reference)
  VALUES (of_id, of_manager, m.entries, of_kind, of_points, m.points, of_reference);
  RETURN m.points;
END
$$;

CREATE TABLE bike.reports (
  id text PRIMARY KEY,
  bike_id text NOT NULL REFERENCES bike.bikes,
  manager text NOT NULL,
  battery_level integer NOT NULL,
  usable boolean NOT NULL,
  note text,
  status text NOT NULL CHECK (status IN ('APPLIED', 'REFUSED')),
  points_earned bigint NOT NULL,
  -- Of the manager, with it.
  points bigint,
  failure text,
  at timestamptz NOT NULL DEFAULT now(),
  CHECK ((status = 'REFUSED') = (failure IS NOT NULL))
);

CREATE TABLE bike.conversions (
  id text PRIMARY KEY,
  manager text NOT NULL,
  points bigint NOT NULL CHECK (points > 0),
  status text NOT NULL CHECK (status IN ('TAKEN', 'CONVERTED', 'GIVEN_BACK', 'REFUSED')),
  -- Of the manager, after it.
  points_left bigint,
  failure text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((status IN ('GIVEN_BACK', 'REFUSED')) = (failure IS NOT NULL))
);

-- include outbox

CREATE FUNCTION bike.told(b bike.bikes) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', b.status, 'location', b.location, 'batteryLevel', b.battery_level)
$$;

CREATE FUNCTION bike.told(r bike.rentals) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('status', r.status, 'bikeId', r.bike_id, 'startedAt', to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'startLocation', r.start_location, 'endedAt', to_char(r.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'endLocation', r.end_location)
$$;

CREATE FUNCTION bike.told(r bike.reports) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('bikeId', r.bike_id, 'batteryLevel', r.battery_level, 'usable', r.usable,
    'note', r.note, 'pointsEarned', r.points_earned)
$$;

CREATE FUNCTION bike.told(c bike.conversions) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', c.status, 'points', c.points, 'pointsLeft', c.points_left,
    'failure', c.failure)
$$;

CREATE FUNCTION bike.tell_of_bike() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bike.outbox (type, subject, data) VALUES ('bike.registered', NEW.id, bike.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON bike.bikes FOR EACH ROW EXECUTE FUNCTION bike.tell_of_bike();

CREATE FUNCTION bike.tell_of_rental() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bike.outbox (type, subject, customer, data) VALUES (
    CASE NEW.status WHEN 'RENTED' THEN 'bike.rented' ELSE 'bike.returned' END,
    NEW.id, NEW.customer, bike.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON bike.rentals FOR EACH ROW
  WHEN (NEW.status = 'RENTED') EXECUTE FUNCTION bike.tell_of_rental();
CREATE TRIGGER tell AFTER UPDATE ON bike.rentals FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION bike.tell_of_rental();

CREATE FUNCTION bike.tell_of_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bike.outbox (type, subject, customer, data)
  VALUES ('bike.reported', NEW.id, NEW.manager, bike.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON bike.reports FOR EACH ROW
  WHEN (NEW.status = 'APPLIED') EXECUTE FUNCTION bike.tell_of_report();

CREATE FUNCTION bike.tell_of_conversion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bike.outbox (type, subject, customer, data) VALUES (
    CASE NEW.status
      WHEN 'TAKEN' THEN 'bike.points-taken'
      WHEN 'CONVERTED' THEN 'bike.points-converted'
      WHEN 'GIVEN_BACK' THEN 'bike.points-given-back'
    END, NEW.id, NEW.manager, bike.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON bike.conversions FOR EACH ROW
  WHEN (NEW.status = 'TAKEN') EXECUTE FUNCTION bike.tell_of_conversion();
CREATE TRIGGER tell AFTER UPDATE ON bike.conversions FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION bike.tell_of_conversion();

-- migrate:down
DROP TABLE bike.debts, bike.rentals, bike.reports, bike.conversions, bike.point_entries, bike.managers, bike.bikes
  CASCADE;
DROP FUNCTION bike.tell_of_bike, bike.tell_of_rental, bike.tell_of_report, bike.tell_of_conversion,
  bike.move_points, bike.refuse_change;

-- include outbox
