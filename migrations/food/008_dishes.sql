-- What a dish is, and its picture.

-- migrate:up
ALTER TABLE food.menus ADD COLUMN description text, ADD COLUMN picture text;

CREATE FUNCTION food.told(m food.menus) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('name', m.name, 'price', m.price, 'description', m.description, 'picture', m.picture)
$$;

CREATE OR REPLACE FUNCTION food.tell_of_menu() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO food.outbox (type, subject, data) VALUES ('food.menu-added', NEW.id, food.told(NEW));
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION food.tell_of_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO food.outbox (type, subject, data) VALUES ('food.menu-removed', NEW.id, food.told(NEW));
  RETURN NULL;
END
$$;

-- migrate:down
CREATE OR REPLACE FUNCTION food.tell_of_menu() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO food.outbox (type, subject, data) VALUES (
    'food.menu-added', NEW.id, jsonb_build_object('name', NEW.name, 'price', NEW.price));
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION food.tell_of_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO food.outbox (type, subject, data) VALUES (
    'food.menu-removed', NEW.id, jsonb_build_object('name', NEW.name, 'price', NEW.price));
  RETURN NULL;
END
$$;
DROP FUNCTION food.told(food.menus);
ALTER TABLE food.menus DROP COLUMN description, DROP COLUMN picture;
