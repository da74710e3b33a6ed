-- Requests counted by all API processes. Unlogged: a crash may forget a minute's counts.

-- migrate:up
CREATE UNLOGGED TABLE api.rate_limits (
  key text NOT NULL,
  minute integer NOT NULL,
  hits integer NOT NULL,
  PRIMARY KEY (key, minute)
);
CREATE INDEX rate_limits_by_age ON api.rate_limits (minute);

-- migrate:down
DROP TABLE api.rate_limits;
