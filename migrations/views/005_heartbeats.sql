-- migrate:up
-- include heartbeats

-- migrate:down
-- include heartbeats
