-- migrate:up
CREATE TABLE course.courses (
  id text PRIMARY KEY,
  host text NOT NULL,
  title text NOT NULL,
  content text NOT NULL,
  reviews_allowed boolean NOT NULL,
  -- One that is deleted keeps its rows, and is found no more.
  status text NOT NULL CHECK (status IN ('LISTED', 'DELETED')),
  -- Grows with each edit of its host's, and with nothing else.
  version integer NOT NULL DEFAULT 1,
  -- Of each as many as there are rows: the rows count themselves.
  likes integer NOT NULL DEFAULT 0 CHECK (likes >= 0),
  bookmarks integer NOT NULL DEFAULT 0 CHECK (bookmarks >= 0),
  comments integer NOT NULL DEFAULT 0 CHECK (comments >= 0),
  reviews integer NOT NULL DEFAULT 0 CHECK (reviews >= 0),
  rating_sum integer NOT NULL DEFAULT 0,
  -- The reviews' average to one decimal, as it is shown and sorted by; 0 where there are none.
  rating numeric(2, 1) NOT NULL
    GENERATED ALWAYS AS (coalesce(round(rating_sum::numeric / nullif(reviews, 0), 1), 0)) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (rating_sum BETWEEN reviews AND 5 * reviews)
);
CREATE INDEX courses_by_age ON course.courses (id) WHERE status = 'LISTED';
CREATE INDEX courses_by_likes ON course.courses (likes, id) WHERE status = 'LISTED';
CREATE INDEX courses_by_rating ON course.courses (rating, id) WHERE status = 'LISTED';

-- Seed 001, C2: one of each customer.
CREATE TABLE course.likes (
  course_id text NOT NULL REFERENCES course.courses,
  customer text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (course_id, customer)
);
CREATE TABLE course.bookmarks (
  course_id text NOT NULL REFERENCES course.courses,
  customer text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (course_id, customer)
);
CREATE INDEX bookmarks_of_a_customer ON course.bookmarks (customer, at);

CREATE TABLE course.comments (
  id text PRIMARY KEY,
  course_id text NOT NULL REFERENCES course.courses,
  customer text NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX comments_of_a_course ON course.comments (course_id, id);

CREATE TABLE course.reviews (
  id text PRIMARY KEY,
  course_id text NOT NULL REFERENCES course.courses,
  customer text NOT NULL,
  rating integer NOT NULL CHECK (rating BETWEEN 1 AND 5),
  text text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  -- Seed 001, C4: the database itself refuses a second one.
  CONSTRAINT one_review_each UNIQUE (course_id, customer)
);
CREATE INDEX reviews_of_a_course ON course.reviews (course_id, id);

-- A counter bears its table's name.
CREATE FUNCTION course.count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('UPDATE course.courses SET %1$I = %1$I + $1 WHERE id = $2', TG_TABLE_NAME)
    USING CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END, coalesce(NEW.course_id, OLD.course_id);
  RETURN NULL;
END
$$;
CREATE TRIGGER count AFTER INSERT OR DELETE ON course.likes FOR EACH ROW EXECUTE FUNCTION course.count();
CREATE TRIGGER count AFTER INSERT OR DELETE ON course.bookmarks FOR EACH ROW EXECUTE FUNCTION course.count();
CREATE TRIGGER count AFTER INSERT ON course.comments FOR EACH ROW EXECUTE FUNCTION course.count();

CREATE FUNCTION course.count_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE course.courses SET reviews = reviews + 1, rating_sum = rating_sum + NEW.rating WHERE id = NEW.course_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER count AFTER INSERT ON course.reviews FOR EACH ROW EXECUTE FUNCTION course.count_review();

-- A text's letters, and its pairs of neighbouring letters: most words of Korean have two. The cost keeps the planner
-- from making them of every text where it has them in an index. It is not for parallel workers: what one would do
-- is done before it has started.
CREATE FUNCTION course.grams(of_text text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT COST 10000
AS $$
DECLARE
  grams text[] := string_to_array(of_text, NULL);
  before text := '';
  letter text;
BEGIN
  FOREACH letter IN ARRAY grams LOOP
    grams := grams || (before || letter);
    before := letter;
  END LOOP;
  RETURN grams;
END
$$;

-- The longest of them, which are the rarest.
CREATE FUNCTION course.grams_to_find(wanted text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT array_agg(gram) FROM unnest(course.grams(wanted)) gram
  WHERE char_length(gram) = least(char_length(wanted), 2)
$$;

-- What is searched of the courses that are listed. It is not a column of theirs: each like makes a course's row
-- anew, and would have all its letters indexed again.
CREATE TABLE course.searched (
  course_id text PRIMARY KEY REFERENCES course.courses,
  text text NOT NULL
);
-- Entries that wait in a list before they are in order make every search look through that list.
CREATE INDEX searched_by_grams ON course.searched USING gin (course.grams(text)) WITH (fastupdate = off);
-- ANALYZE would hold all pairs of letters of 30,000 courses in memory to count them.
ALTER INDEX course.searched_by_grams ALTER COLUMN 1 SET STATISTICS 0;

CREATE FUNCTION course.keep_searched() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER keep_searched AFTER INSERT OR UPDATE OF title, content, status ON course.courses
  FOR EACH ROW EXECUTE FUNCTION course.keep_searched();

-- include outbox

CREATE FUNCTION course.told(c course.courses) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', c.status, 'host', c.host, 'title', c.title, 'content', c.content,
    'reviewsAllowed', c.reviews_allowed, 'version', c.version)
$$;

CREATE FUNCTION course.tell_of_course() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO course.outbox (type, subject, data) VALUES (
    CASE WHEN TG_OP = 'INSERT' THEN 'course.registered' WHEN NEW.status = 'DELETED' THEN 'course.deleted'
      ELSE 'course.edited' END,
    NEW.id, course.told(NEW));
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_first AFTER INSERT ON course.courses FOR EACH ROW EXECUTE FUNCTION course.tell_of_course();
CREATE TRIGGER tell AFTER UPDATE ON course.courses FOR EACH ROW
  WHEN (OLD.version <> NEW.version OR OLD.status <> NEW.status) EXECUTE FUNCTION course.tell_of_course();

-- Of whom: a customer's like of a course is one thing, however often it comes and goes.
CREATE FUNCTION course.tell_of_like() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  l record := coalesce(NEW, OLD);
BEGIN
  INSERT INTO course.outbox (type, subject, customer, data)
  SELECT CASE TG_OP WHEN 'INSERT' THEN 'course.liked' ELSE 'course.unliked' END,
    format('%s/like/%s', c.id, l.customer), l.customer,
    jsonb_build_object('courseId', c.id, 'title', c.title, 'host', c.host, 'by', l.customer)
  FROM course.courses c WHERE c.id = l.course_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT OR DELETE ON course.likes FOR EACH ROW EXECUTE FUNCTION course.tell_of_like();

-- C3: it concerns the customer and the host, and each of them is told apart.
CREATE FUNCTION course.tell_of_bookmark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  b record := coalesce(NEW, OLD);
  gained boolean := TG_OP = 'INSERT';
BEGIN
  INSERT INTO course.outbox (type, subject, customer, data)
  SELECT told.type, format('%s/bookmark/%s', c.id, b.customer), told.concerns,
    jsonb_build_object('courseId', c.id, 'title', c.title, 'host', c.host, 'by', b.customer)
  FROM course.courses c CROSS JOIN LATERAL (VALUES
    (CASE WHEN gained THEN 'course.bookmarked' ELSE 'course.unbookmarked' END, b.customer),
    (CASE WHEN gained THEN 'course.bookmark-gained' ELSE 'course.bookmark-lost' END, c.host)
  ) AS told (type, concerns)
  WHERE c.id = b.course_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT OR DELETE ON course.bookmarks
  FOR EACH ROW EXECUTE FUNCTION course.tell_of_bookmark();

-- These concern the host.
CREATE FUNCTION course.tell_of_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO course.outbox (type, subject, customer, data)
  SELECT 'course.commented', NEW.id, c.host, jsonb_build_object('courseId', c.id, 'title', c.title, 'host', c.host,
    'by', NEW.customer, 'text', NEW.text)
  FROM course.courses c WHERE c.id = NEW.course_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON course.comments FOR EACH ROW EXECUTE FUNCTION course.tell_of_comment();

CREATE FUNCTION course.tell_of_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO course.outbox (type, subject, customer, data)
  SELECT 'course.reviewed', NEW.id, c.host, jsonb_build_object('courseId', c.id, 'title', c.title, 'host', c.host,
    'by', NEW.customer, 'rating', NEW.rating, 'text', NEW.text)
  FROM course.courses c WHERE c.id = NEW.course_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON course.reviews FOR EACH ROW EXECUTE FUNCTION course.tell_of_review();

-- migrate:down
DROP TABLE course.searched, course.likes, course.bookmarks, course.comments, course.reviews, course.courses CASCADE;
DROP FUNCTION course.count, course.count_review, course.grams_to_find, course.grams, course.keep_searched,
  course.tell_of_course, course.tell_of_like, course.tell_of_bookmark, course.tell_of_comment,
  course.tell_of_review;

-- include outbox
