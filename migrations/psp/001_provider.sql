-- migrate:up
create schema if not exists psp;

create table psp.charges (
  id text primary key,
  key text not null unique,
  amount bigint not null check (amount >= 1),
  currency text not null check (currency = 'KRW'),
  token text not null,
  status text not null check (status in ('processing', 'captured', 'declined')),
  refunded bigint not null default 0 check (refunded between 0 and amount),
  at timestamptz not null default clock_timestamp()
);
create index charges_processing on psp.charges (at) where status = 'processing';

create table psp.refunds (
  id text primary key,
  charge_id text not null references psp.charges,
  key text not null unique,
  amount bigint not null check (amount >= 1),
  at timestamptz not null default clock_timestamp()
);
create index refunds_of_a_charge on psp.refunds (charge_id);

create table psp.flaky_attempts (
  key text primary key,
  attempts integer not null
);

create table psp.statement (
  line bigint generated always as identity primary key,
  kind text not null check (kind in ('capture', 'refund')),
  amount bigint not null,
  currency text not null,
  key text not null,
  charge_id text not null,
  at timestamptz not null,
  unique (kind, key)
);

-- The lock is held until the commit, so lines appear in the order of their numbers:
-- a reader who is past line n will never be shown an earlier one.
create function psp.append_line(kind text, amount bigint, currency text, key text, charge_id text)
returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext('psp.statement'));
  insert into psp.statement (kind, amount, currency, key, charge_id, at)
  values (kind, amount, currency, key, charge_id, clock_timestamp());
end $$;

create function psp.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the statement is only ever appended to';
end $$;
create trigger statement_is_append_only before update or delete or truncate on psp.statement
  for each statement execute function psp.refuse_change();

-- migrate:down
drop table psp.statement, psp.flaky_attempts, psp.refunds, psp.charges;
drop function psp.append_line, psp.refuse_change;
