-- Support finds a customer by what they have confirmed.

-- migrate:up
CREATE INDEX contacts_by_email ON notification.contacts (lower(email)) WHERE email_confirmed_at IS NOT NULL;
CREATE INDEX contacts_by_phone ON notification.contacts (phone) WHERE phone_confirmed_at IS NOT NULL;

-- migrate:down
DROP INDEX notification.contacts_by_email, notification.contacts_by_phone;
