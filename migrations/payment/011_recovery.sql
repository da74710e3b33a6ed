-- Charges that nothing was sold for, and what is parked, are found by these (P5).

-- migrate:up
-- Whether it was seen to agree with what it is for; what moves is looked at again.
ALTER TABLE payment.charges ADD matched boolean NOT NULL DEFAULT false;
CREATE INDEX charges_unmatched ON payment.charges (key)
  WHERE NOT matched AND state IN ('SENT', 'UNKNOWN', 'CAPTURED');
CREATE FUNCTION payment.match_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.matched := false;
  RETURN NEW;
END
$$;
CREATE TRIGGER match_again BEFORE UPDATE ON payment.charges FOR EACH ROW
  WHEN (OLD.matched AND (OLD.state, OLD.refunded) IS DISTINCT FROM (NEW.state, NEW.refunded))
  EXECUTE FUNCTION payment.match_again();
CREATE INDEX parked_open ON payment.parked (id) WHERE ended_at IS NULL;

-- migrate:down
DROP INDEX payment.parked_open;
DROP TRIGGER match_again ON payment.charges;
DROP FUNCTION payment.match_again;
DROP INDEX payment.charges_unmatched;
ALTER TABLE payment.charges DROP matched;
