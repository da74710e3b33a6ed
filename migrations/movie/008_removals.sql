-- Of which nothing is held or sold can be taken off; then its hall is free again.

-- migrate:up
ALTER TABLE movie.screenings
  ADD COLUMN removed_at timestamptz,
  DROP CONSTRAINT one_screening_per_hall,
  ADD CONSTRAINT one_screening_per_hall
    EXCLUDE USING gist (hall WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (removed_at IS NULL);

CREATE FUNCTION movie.tell_of_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO movie.outbox (type, subject, data) VALUES ('movie.screening-removed', NEW.id, movie.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_of_removal AFTER UPDATE ON movie.screenings FOR EACH ROW
  WHEN (OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL) EXECUTE FUNCTION movie.tell_of_removal();

-- migrate:down
DROP TRIGGER tell_of_removal ON movie.screenings;
DROP FUNCTION movie.tell_of_removal;
ALTER TABLE movie.screenings
  DROP CONSTRAINT one_screening_per_hall,
  DROP COLUMN removed_at,
  ADD CONSTRAINT one_screening_per_hall
    EXCLUDE USING gist (hall WITH =, tstzrange(starts_at, ends_at) WITH &&);
