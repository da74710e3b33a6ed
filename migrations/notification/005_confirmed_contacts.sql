-- migrate:up
-- Nothing but a code is sent to an address before its owner has confirmed it: those of before are asked, too.
ALTER TABLE notification.contacts
  ADD COLUMN email_confirmed_at timestamptz,
  ADD COLUMN phone_confirmed_at timestamptz;

-- The newest of a customer and recipient counts.
CREATE TABLE notification.contact_codes (
  id text PRIMARY KEY,
  customer text NOT NULL,
  recipient text NOT NULL,
  code text NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX contact_codes_by_recipient ON notification.contact_codes (recipient, at);
CREATE INDEX contact_codes_by_customer ON notification.contact_codes (customer, at);

-- How many of a kind a recipient has had within the hour.
CREATE INDEX deliveries_by_recipient ON notification.deliveries (recipient, event, at);

-- migrate:down
DROP INDEX notification.deliveries_by_recipient;
DROP TABLE notification.contact_codes;
ALTER TABLE notification.contacts DROP COLUMN email_confirmed_at, DROP COLUMN phone_confirmed_at;
