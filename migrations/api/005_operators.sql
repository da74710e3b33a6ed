-- What operators did, and the audits that they had made.

-- migrate:up
CREATE TABLE api.acts (
  id text PRIMARY KEY,
  by_whom text NOT NULL,
  -- Of the route: "POST /v1/operations/parked/{id}/retry".
  act text NOT NULL,
  about text[] NOT NULL,
  reason text,
  request_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Null: begun, and not known to have ended.
  status integer
);
CREATE INDEX acts_of_one ON api.acts (by_whom, id DESC);
CREATE INDEX acts_about ON api.acts USING gin (about);

CREATE FUNCTION api.refuse_change_of_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what an operator did is never changed' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER acts_stay BEFORE DELETE OR TRUNCATE ON api.acts
  FOR EACH STATEMENT EXECUTE FUNCTION api.refuse_change_of_act();
CREATE TRIGGER acts_are_as_they_were BEFORE UPDATE ON api.acts FOR EACH ROW
  WHEN (OLD.status IS NOT NULL OR (OLD.id, OLD.by_whom, OLD.act, OLD.about, OLD.reason, OLD.request_id, OLD.at)
    IS DISTINCT FROM (NEW.id, NEW.by_whom, NEW.act, NEW.about, NEW.reason, NEW.request_id, NEW.at))
  EXECUTE FUNCTION api.refuse_change_of_act();
REVOKE DELETE, TRUNCATE ON api.acts FROM PUBLIC, CURRENT_USER;

CREATE TABLE api.audits (
  id text PRIMARY KEY,
  by_whom text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  -- [{id, holds, breaches: [text]}]
  laws jsonb,
  error text
);

-- migrate:down
DROP TABLE api.audits, api.acts;
DROP FUNCTION api.refuse_change_of_act;
