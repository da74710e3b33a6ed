-- migrate:up
ALTER TABLE bike.bikes
  ADD COLUMN removed_at timestamptz,
  ADD CONSTRAINT in_use_stays CHECK (removed_at IS NULL OR status <> 'IN_USE');

CREATE FUNCTION bike.tell_of_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bike.outbox (type, subject, data) VALUES ('bike.removed', NEW.id, bike.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_of_removal AFTER UPDATE ON bike.bikes FOR EACH ROW
  WHEN (OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL) EXECUTE FUNCTION bike.tell_of_removal();

-- migrate:down
DROP TRIGGER tell_of_removal ON bike.bikes;
DROP FUNCTION bike.tell_of_removal;
ALTER TABLE bike.bikes DROP CONSTRAINT in_use_stays, DROP COLUMN removed_at;
