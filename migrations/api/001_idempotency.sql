-- migrate:up
CREATE TABLE api.idempotency (
  caller text NOT NULL,
  path text NOT NULL,
  key text NOT NULL,
  body_hash text NOT NULL,
  thing_id text,
  answer_by timestamptz NOT NULL,
  answer jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, path, key)
);
CREATE INDEX idempotency_by_age ON api.idempotency (created_at);

-- migrate:down
DROP TABLE api.idempotency;
