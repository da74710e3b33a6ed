-- Places in an outbox that outlive its cluster. Transaction numbers begin anew in every PostgreSQL cluster, so each
-- cluster that the data have been in is an era: its numbers come after all those of the eras before.

-- migrate:up
CREATE TABLE {schema}.era (
  number smallint NOT NULL CHECK (number >= 0),
  -- The cluster whose transactions are numbered in it.
  system_identifier bigint NOT NULL
);
CREATE UNIQUE INDEX one_era ON {schema}.era ((true));

-- What has been told may have been restored into this cluster before there were eras: it is of another one if its
-- numbers are still to come here.
INSERT INTO {schema}.era (number, system_identifier)
SELECT 0, CASE WHEN EXISTS (SELECT FROM {schema}.outbox WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
  THEN 0 ELSE system_identifier END
FROM pg_control_system();

-- A transaction number of this cluster, as the outbox counts. STABLE: of the same snapshot as the statement that
-- asks. Refused until the era of this cluster has begun: what is told before would never be read.
CREATE FUNCTION {schema}.era_xid(xid xid8) RETURNS xid8 LANGUAGE plpgsql STABLE AS $$
DECLARE
  era bigint;
BEGIN
  SELECT e.number INTO era FROM {schema}.era e
  WHERE e.system_identifier = (SELECT c.system_identifier FROM pg_control_system() c);
  IF era IS NULL THEN
    RAISE EXCEPTION 'the events of {schema} are from another PostgreSQL cluster: run the migrations'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  -- More transactions than any cluster makes are numbered in 48 bits; 15 are left to count eras.
  RETURN ((era << 48) + xid::text::bigint)::text::xid8;
END
$$;
ALTER TABLE {schema}.outbox ALTER xid SET DEFAULT {schema}.era_xid(pg_current_xact_id());

-- migrate:down
ALTER TABLE {schema}.outbox ALTER xid SET DEFAULT pg_current_xact_id();
DROP FUNCTION {schema}.era_xid;
DROP TABLE {schema}.era;
