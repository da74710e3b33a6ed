-- When a consumer last looked at a source; null until it has, and where a broker says what is next.

-- migrate:up
ALTER TABLE {schema}.checkpoints ADD COLUMN heartbeat timestamptz;

-- migrate:down
ALTER TABLE {schema}.checkpoints DROP COLUMN heartbeat;
