-- migrate:up
-- Texts are kept as they came, and found however their letters are composed (NFC).
CREATE OR REPLACE FUNCTION course.keep_searched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'DELETED' THEN
    DELETE FROM course.searched WHERE course_id = NEW.id;
  ELSE
    INSERT INTO course.searched (course_id, text) VALUES (NEW.id, lower(normalize(NEW.title || E'\n' || NEW.content)))
    ON CONFLICT (course_id) DO UPDATE SET text = excluded.text WHERE searched.text <> excluded.text;
  END IF;
  RETURN NULL;
END
$$;

-- migrate:down
CREATE OR REPLACE FUNCTION course.keep_searched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'DELETED' THEN
    DELETE FROM course.searched WHERE course_id = NEW.id;
  ELSE
    INSERT INTO course.searched (course_id, text) VALUES (NEW.id, lower(NEW.title || E'\n' || NEW.content))
    ON CONFLICT (course_id) DO UPDATE SET text = excluded.text WHERE searched.text <> excluded.text;
  END IF;
  RETURN NULL;
END
$$;
