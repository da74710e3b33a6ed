-- migrate:up
CREATE TABLE kickboard.kickboards (
  id text PRIMARY KEY,
  location text NOT NULL,
  status text NOT NULL CHECK (status IN ('REGISTERED', 'RENTED', 'RETURNED', 'MISSING')),
  removed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT rented_stays CHECK (removed_at IS NULL OR status IN ('REGISTERED', 'RETURNED'))
);
CREATE INDEX kickboards_by_status ON kickboard.kickboards (status, id) WHERE removed_at IS NULL;

CREATE TABLE kickboard.passes (
  id text PRIMARY KEY,
  customer text NOT NULL,
  type text NOT NULL,
  price bigint NOT NULL CHECK (price > 0),
  rides_total integer NOT NULL CHECK (rides_total > 0),
  rides_left integer NOT NULL CHECK (rides_left BETWEEN 0 AND rides_total),
  status text NOT NULL CHECK (status IN ('READY_FOR_PAY', 'AVAILABLE', 'USED', 'FAILED')),
  payment_method text NOT NULL,
  payment_id text,
  failure text,
  answer_by timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT not_paid_no_pass CHECK (status IN ('READY_FOR_PAY', 'FAILED') OR payment_id IS NOT NULL),
  CONSTRAINT used_when_none_is_left CHECK ((status = 'USED') = (rides_left = 0))
);

CREATE TABLE kickboard.rides (
  id text PRIMARY KEY,
  customer text NOT NULL,
  kickboard_id text NOT NULL REFERENCES kickboard.kickboards,
  pass_id text NOT NULL REFERENCES kickboard.passes,
  minutes integer NOT NULL CHECK (minutes > 0),
  -- REFUSED: a mark that keeps a late claim from coming true; nothing is told of it.
  status text NOT NULL CHECK (status IN ('RENTED', 'RETURNED', 'REFUSED')),
  started_at timestamptz,
  due_at timestamptz,
  reminded_at timestamptz,
  missing_at timestamptz,
  ended_at timestamptz,
  end_location text,
  failure text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (status = 'REFUSED' OR (started_at IS NOT NULL AND due_at IS NOT NULL)),
  CHECK ((status = 'RETURNED') = (ended_at IS NOT NULL)),
  CHECK ((status = 'REFUSED') = (failure IS NOT NULL)),
  CHECK (ended_at >= started_at)
);
CREATE INDEX rides_by_pass ON kickboard.rides (pass_id);
-- Seed 000, K2: the database itself refuses a second rider, and a second ride on a pass.
CREATE UNIQUE INDEX one_open_ride_per_kickboard ON kickboard.rides (kickboard_id) WHERE status = 'RENTED';
CREATE UNIQUE INDEX one_open_ride_per_pass ON kickboard.rides (pass_id) WHERE status = 'RENTED';

-- include outbox

CREATE FUNCTION kickboard.told(k kickboard.kickboards) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', k.status, 'location', k.location)
$$;

CREATE FUNCTION kickboard.told(p kickboard.passes) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', p.status, 'type', p.type, 'price', p.price, 'ridesTotal', p.rides_total,
    'ridesLeft', p.rides_left, 'paymentMethod', p.payment_method, 'paymentId', p.payment_id, 'failure', p.failure)
$$;

CREATE FUNCTION kickboard.told(r kickboard.rides) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('status', r.status, 'kickboardId', r.kickboard_id, 'passId', r.pass_id,
    'minutes', r.minutes, 'startedAt', to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'dueAt', to_char(r.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'endedAt', to_char(r.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'endLocation', r.end_location)
$$;

CREATE FUNCTION kickboard.tell_of_kickboard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO kickboard.outbox (type, subject, data) VALUES (
    CASE WHEN NEW.removed_at IS NULL THEN 'kickboard.registered' ELSE 'kickboard.removed' END,
    NEW.id, kickboard.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON kickboard.kickboards
  FOR EACH ROW EXECUTE FUNCTION kickboard.tell_of_kickboard();
CREATE TRIGGER tell AFTER UPDATE ON kickboard.kickboards FOR EACH ROW
  WHEN (OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL) EXECUTE FUNCTION kickboard.tell_of_kickboard();

CREATE FUNCTION kickboard.tell_of_pass() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO kickboard.outbox (type, subject, customer, data) VALUES (
    CASE
      WHEN NEW.status = 'READY_FOR_PAY' THEN 'kickboard.pass-opened'
      WHEN NEW.status = 'FAILED' THEN 'kickboard.pass-refused'
      WHEN NEW.rides_left = NEW.rides_total THEN 'kickboard.pass-bought'
      ELSE 'kickboard.pass-used'
    END, NEW.id, NEW.customer, kickboard.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON kickboard.passes
  FOR EACH ROW EXECUTE FUNCTION kickboard.tell_of_pass();
CREATE TRIGGER tell AFTER UPDATE ON kickboard.passes FOR EACH ROW
  WHEN ((OLD.status, OLD.rides_left) IS DISTINCT FROM (NEW.status, NEW.rides_left))
  EXECUTE FUNCTION kickboard.tell_of_pass();

CREATE FUNCTION kickboard.tell_of_ride() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  what text := CASE
    WHEN TG_OP = 'INSERT' THEN 'kickboard.rented'
    WHEN NEW.status <> OLD.status THEN 'kickboard.returned'
    WHEN NEW.missing_at IS DISTINCT FROM OLD.missing_at THEN 'kickboard.missing'
    ELSE 'kickboard.due'
  END;
BEGIN
  INSERT INTO kickboard.outbox (type, subject, customer, data)
  VALUES (what, NEW.id, NEW.customer, kickboard.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON kickboard.rides FOR EACH ROW
  WHEN (NEW.status = 'RENTED') EXECUTE FUNCTION kickboard.tell_of_ride();
CREATE TRIGGER tell AFTER UPDATE ON kickboard.rides FOR EACH ROW
  WHEN ((OLD.status, OLD.reminded_at, OLD.missing_at) IS DISTINCT FROM (NEW.status, NEW.reminded_at, NEW.missing_at))
  EXECUTE FUNCTION kickboard.tell_of_ride();

-- migrate:down
DROP TABLE kickboard.rides, kickboard.passes, kickboard.kickboards CASCADE;
DROP FUNCTION kickboard.tell_of_kickboard, kickboard.tell_of_pass, kickboard.tell_of_ride;

-- include outbox
