-- How far each outbox has been published.

-- migrate:up
-- include checkpoints

-- migrate:down
-- include checkpoints
