-- migrate:up
ALTER TABLE food.menus ADD COLUMN removed_at timestamptz;

CREATE FUNCTION food.tell_of_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO food.outbox (type, subject, data) VALUES (
    'food.menu-removed', NEW.id, jsonb_build_object('name', NEW.name, 'price', NEW.price));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_of_removal AFTER UPDATE ON food.menus FOR EACH ROW
  WHEN (OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL) EXECUTE FUNCTION food.tell_of_removal();

-- migrate:down
DROP TRIGGER tell_of_removal ON food.menus;
DROP FUNCTION food.tell_of_removal;
ALTER TABLE food.menus DROP COLUMN removed_at;
