-- migrate:up
-- A refund's key is on record on arrival, as a charge's is.
alter table psp.refunds add column status text not null default 'refunded'
  check (status in ('processing', 'refunded'));
alter table psp.refunds alter column status drop default;
create index refunds_processing on psp.refunds (at) where status = 'processing';

-- migrate:down
alter table psp.refunds drop column status;
