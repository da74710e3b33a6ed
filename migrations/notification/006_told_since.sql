-- migrate:up
-- Kinds of events that customers were not told of from the beginning: of what happened before then there is no message.
CREATE TABLE notification.told_since (
  event text PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO notification.told_since (event) VALUES ('movie.refused'), ('movie.ticket-issued');

-- migrate:down
DROP TABLE notification.told_since;
