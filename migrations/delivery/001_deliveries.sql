-- migrate:up
CREATE TABLE delivery.couriers (
  courier text PRIMARY KEY,
  on_duty boolean NOT NULL,
  since timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE delivery.deliveries (
  id text PRIMARY KEY,
  order_id text NOT NULL UNIQUE,
  customer text NOT NULL,
  address text NOT NULL,
  -- [{name, quantity}]
  lines jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('STARTED', 'COMPLETED', 'CANCELLED')),
  -- Offered to them; theirs when accepted. Null: whoever comes may take it.
  courier text,
  accepted boolean NOT NULL DEFAULT false,
  -- Couriers who declined it or did not answer.
  passed_by text[] NOT NULL DEFAULT '{}',
  -- The attempt that completed it, and those that were undone.
  completed_by text,
  refused text[] NOT NULL DEFAULT '{}',
  completed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT accepted_by_someone CHECK (NOT accepted OR courier IS NOT NULL),
  CONSTRAINT completed_by_someone CHECK
    ((status = 'COMPLETED') = (completed_by IS NOT NULL) AND (status <> 'COMPLETED' OR (accepted AND completed_at IS NOT NULL)))
);
CREATE INDEX deliveries_of_a_courier ON delivery.deliveries (courier, id DESC);
CREATE INDEX open_deliveries_of_a_courier ON delivery.deliveries (courier) WHERE status = 'STARTED';
CREATE INDEX deliveries_open_to_all ON delivery.deliveries (id DESC) WHERE courier IS NULL AND status = 'STARTED';

-- include outbox

CREATE FUNCTION delivery.told(d delivery.deliveries) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('status', d.status, 'orderId', d.order_id, 'address', d.address, 'lines', d.lines,
    'courier', d.courier, 'accepted', d.accepted, 'completedAt',
    to_char(d.completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
$$;

CREATE FUNCTION delivery.tell_of_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  what text := CASE
    WHEN TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN
      CASE WHEN NEW.status = 'STARTED' AND TG_OP = 'UPDATE' THEN 'resumed' ELSE lower(NEW.status) END
    WHEN NEW.courier IS NULL THEN 'passed-on'
    WHEN NEW.accepted THEN 'accepted'
    ELSE 'offered'
  END;
BEGIN
  -- The customer hears of the order; what concerns a courier is told to that courier.
  INSERT INTO delivery.outbox (type, subject, customer, data)
  VALUES ('delivery.' || what, NEW.id, NEW.courier, delivery.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON delivery.deliveries
  FOR EACH ROW EXECUTE FUNCTION delivery.tell_of_delivery();
CREATE TRIGGER tell AFTER UPDATE ON delivery.deliveries FOR EACH ROW
  WHEN ((OLD.status, OLD.courier, OLD.accepted) IS DISTINCT FROM (NEW.status, NEW.courier, NEW.accepted))
  EXECUTE FUNCTION delivery.tell_of_delivery();

-- migrate:down
DROP TABLE delivery.deliveries, delivery.couriers CASCADE;
DROP FUNCTION delivery.tell_of_delivery;

-- include outbox
