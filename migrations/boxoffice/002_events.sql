-- migrate:up
-- include outbox

CREATE FUNCTION boxoffice.told(t boxoffice.tickets) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('status', t.status, 'screeningId', t.screening_id, 'seats', t.seats)
$$;

CREATE FUNCTION boxoffice.tell_of_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER tell_first AFTER INSERT ON boxoffice.tickets
  FOR EACH ROW EXECUTE FUNCTION boxoffice.tell_of_ticket();
CREATE TRIGGER tell AFTER UPDATE ON boxoffice.tickets FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION boxoffice.tell_of_ticket();

INSERT INTO boxoffice.outbox (type, subject, data)
SELECT 'boxoffice.ticket-recorded', t.booking_id, boxoffice.told(t) FROM boxoffice.tickets t ORDER BY t.created_at;

-- migrate:down
DROP TRIGGER tell_first ON boxoffice.tickets;
DROP TRIGGER tell ON boxoffice.tickets;
DROP FUNCTION boxoffice.tell_of_ticket, boxoffice.told;

-- include outbox
