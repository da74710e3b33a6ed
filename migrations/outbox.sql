-- What a domain tells the others: appended in the transaction that does it, never changed. Readers go by
-- (xid, position) and stay below every transaction that may still commit, so that none is passed by. era.sql makes
-- the order outlive the cluster.

-- migrate:up
CREATE TABLE {schema}.outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  subject text NOT NULL,
  customer text,
  data jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX outbox_in_order ON {schema}.outbox (xid, position);
CREATE INDEX outbox_of_a_subject ON {schema}.outbox (subject, xid);
CREATE INDEX outbox_of_a_customer ON {schema}.outbox (customer, xid, position) WHERE customer IS NOT NULL;

-- Two transactions on one subject commit one after the other, but the first may have the later number. It must
-- not tell before what has been told already: whoever comes too late tries again, with a number of its own time.
CREATE FUNCTION {schema}.keep_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM {schema}.outbox o WHERE o.subject = NEW.subject AND o.xid > NEW.xid) THEN
    RAISE EXCEPTION 'a later transaction has told of % already', NEW.subject USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_order BEFORE INSERT ON {schema}.outbox
  FOR EACH ROW EXECUTE FUNCTION {schema}.keep_order();

CREATE FUNCTION {schema}.wake_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('outbox', TG_TABLE_SCHEMA);
  RETURN NULL;
END
$$;
CREATE TRIGGER wake_readers AFTER INSERT ON {schema}.outbox
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.wake_readers();

CREATE FUNCTION {schema}.refuse_retelling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what has been told is never changed' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER outbox_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.outbox
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_retelling();

-- migrate:down
DROP TABLE {schema}.outbox;
DROP FUNCTION {schema}.keep_order, {schema}.wake_readers, {schema}.refuse_retelling;
