-- A hand-out may be undone before its ticket is issued. The attempt is refused on a row that waits for the ticket, and
-- of which nothing is told.

-- migrate:up
ALTER TABLE boxoffice.tickets DROP CONSTRAINT tickets_status_check, ADD CONSTRAINT tickets_status_check
  CHECK (status IN ('WAITING', 'ISSUED', 'COLLECTED', 'VOID'));
DROP TRIGGER tell_first ON boxoffice.tickets;
CREATE TRIGGER tell_first AFTER INSERT ON boxoffice.tickets FOR EACH ROW
  WHEN (NEW.status <> 'WAITING') EXECUTE FUNCTION boxoffice.tell_of_ticket();

CREATE OR REPLACE FUNCTION boxoffice.tell_of_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO boxoffice.outbox (type, subject, data) VALUES (
    CASE NEW.status
      WHEN 'ISSUED' THEN CASE WHEN OLD.status = 'COLLECTED' THEN 'boxoffice.taken-back' ELSE 'boxoffice.issued' END
      WHEN 'COLLECTED' THEN 'boxoffice.handed-out'
      WHEN 'VOID' THEN 'boxoffice.voided'
    END, NEW.booking_id, boxoffice.told(NEW));
  RETURN NULL;
END
$$;

-- migrate:down
DELETE FROM boxoffice.tickets WHERE status = 'WAITING';
ALTER TABLE boxoffice.tickets DROP CONSTRAINT tickets_status_check, ADD CONSTRAINT tickets_status_check
  CHECK (status IN ('ISSUED', 'COLLECTED', 'VOID'));
DROP TRIGGER tell_first ON boxoffice.tickets;
CREATE TRIGGER tell_first AFTER INSERT ON boxoffice.tickets
  FOR EACH ROW EXECUTE FUNCTION boxoffice.tell_of_ticket();

CREATE OR REPLACE FUNCTION boxoffice.tell_of_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO boxoffice.outbox (type, subject, data) VALUES (
    CASE NEW.status
      WHEN 'ISSUED' THEN CASE WHEN OLD.status IS NULL THEN 'boxoffice.issued' ELSE 'boxoffice.taken-back' END
      WHEN 'COLLECTED' THEN 'boxoffice.handed-out'
      WHEN 'VOID' THEN 'boxoffice.voided'
    END, NEW.booking_id, boxoffice.told(NEW));
  RETURN NULL;
END
$$;
