-- migrate:up
CREATE TABLE food.menus (
  id text PRIMARY KEY,
  name text NOT NULL,
  price bigint NOT NULL CHECK (price > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE food.orders (
  id text PRIMARY KEY,
  customer text NOT NULL,
  -- [{menuId, name, price, quantity}]: as they were when it was ordered.
  lines jsonb NOT NULL CHECK (jsonb_array_length(lines) > 0),
  total_price bigint NOT NULL CHECK (total_price > 0),
  address text NOT NULL,
  -- REFUSED: a mark that keeps a late taking from coming true; nothing is told of it.
  status text NOT NULL
    CHECK (status IN ('ORDERED', 'PAID', 'DELIVERING', 'DELIVERED', 'CANCELLED', 'REFUSED')),
  status_text text NOT NULL,
  payment text NOT NULL DEFAULT 'PENDING'
    CHECK (payment IN ('PENDING', 'CAPTURED', 'DECLINED', 'REFUNDED')),
  payment_method text NOT NULL,
  payment_id text,
  delivery_id text NOT NULL UNIQUE,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT not_paid_not_delivered CHECK ((status IN ('PAID', 'DELIVERING', 'DELIVERED')) = (payment = 'CAPTURED')),
  CONSTRAINT paid_by_a_charge CHECK ((payment IN ('CAPTURED', 'REFUNDED')) = (payment_id IS NOT NULL)),
  CONSTRAINT cancelled_for_a_reason CHECK ((status IN ('CANCELLED', 'REFUSED')) = (reason IS NOT NULL))
);

-- include outbox

CREATE FUNCTION food.told(o food.orders) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', o.status, 'statusText', o.status_text, 'lines', o.lines,
    'totalPrice', o.total_price, 'address', o.address, 'payment', o.payment, 'paymentMethod', o.payment_method,
    'paymentId', o.payment_id, 'deliveryId', o.delivery_id, 'reason', o.reason)
$$;

CREATE FUNCTION food.tell_of_menu() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO food.outbox (type, subject, data) VALUES (
    'food.menu-added', NEW.id, jsonb_build_object('name', NEW.name, 'price', NEW.price));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON food.menus FOR EACH ROW EXECUTE FUNCTION food.tell_of_menu();

CREATE FUNCTION food.tell_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO food.outbox (type, subject, customer, data)
  VALUES ('food.' || lower(NEW.status), NEW.id, NEW.customer, food.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON food.orders FOR EACH ROW
  WHEN (NEW.status <> 'REFUSED') EXECUTE FUNCTION food.tell_of_order();
CREATE TRIGGER tell AFTER UPDATE ON food.orders FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION food.tell_of_order();

-- migrate:down
DROP TABLE food.orders, food.menus CASCADE;
DROP FUNCTION food.tell_of_order, food.tell_of_menu;

-- include outbox
