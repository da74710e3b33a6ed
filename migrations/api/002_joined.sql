-- A key that someone else has asked under meanwhile is not free before its time is up.

-- migrate:up
ALTER TABLE api.idempotency ADD joined boolean NOT NULL DEFAULT false;

-- migrate:down
ALTER TABLE api.idempotency DROP joined;
