-- migrate:up
-- include sleepers

-- migrate:down
-- include sleepers
