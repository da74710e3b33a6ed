-- migrate:up
-- include era

-- migrate:down
-- include era
