-- Endpoints are paused, and get another secret while the one of before still signs for a day.

-- migrate:up
ALTER TABLE notification.endpoints
  ADD paused boolean NOT NULL DEFAULT false,
  ADD old_secret text,
  ADD old_secret_until timestamptz,
  ADD CONSTRAINT old_secret_ends CHECK ((old_secret IS NULL) = (old_secret_until IS NULL));

-- migrate:down
ALTER TABLE notification.endpoints DROP paused, DROP old_secret, DROP old_secret_until;
