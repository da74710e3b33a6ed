-- migrate:up
CREATE TABLE billing.bills (
  id text PRIMARY KEY,
  rental_id text NOT NULL UNIQUE,
  customer text NOT NULL,
  -- As it was when the rental began.
  tariff jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('OPEN', 'CLOSED', 'UNPAID')),
  -- What it is over.
  started_at timestamptz,
  ended_at timestamptz,
  minutes integer CHECK (minutes > 0),
  fee bigint CHECK (fee > 0),
  opened_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((minutes IS NULL) = (fee IS NULL)),
  CHECK (status = 'OPEN' OR fee IS NOT NULL)
);

-- include outbox

CREATE FUNCTION billing.told(b billing.bills) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('rentalId', b.rental_id, 'status', b.status, 'minutes', b.minutes, 'fee', b.fee,
    'tariff', b.tariff)
$$;
CREATE FUNCTION billing.tell_of_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO billing.outbox (type, subject, customer, data) VALUES (
    CASE
      WHEN NEW.status = 'CLOSED' THEN 'billing.closed'
      WHEN NEW.status = 'UNPAID' THEN 'billing.unpaid'
      WHEN NEW.fee IS NULL THEN 'billing.opened'
      ELSE 'billing.assessed'
    END, NEW.id, NEW.customer, billing.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON billing.bills FOR EACH ROW EXECUTE FUNCTION billing.tell_of_bill();
CREATE TRIGGER tell AFTER UPDATE ON billing.bills FOR EACH ROW
  WHEN ((OLD.status, OLD.fee) IS DISTINCT FROM (NEW.status, NEW.fee))
  EXECUTE FUNCTION billing.tell_of_bill();

-- migrate:down
DROP TABLE billing.bills CASCADE;
DROP FUNCTION billing.tell_of_bill;

-- include outbox
