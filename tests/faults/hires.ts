import { until } from '../../engine/wait';
import type { Tariff } from '../../workflows/billing/contract';
import { feeOf, minutesOf } from '../../workflows/billing/policy';
import { breachesOfBooks } from '../books';
import type { TestStack } from '../test-stack';

/** Each finds what breaks one law of kickboards and passes (K1, K2, K5); nothing, where nothing is under way. */
const KICKBOARD: Record<string, string> = {
  'more than one has the kickboard': `
    SELECT kickboard_id AS what FROM kickboard.rides WHERE status = 'RENTED' GROUP BY 1 HAVING count(*) > 1`,

  'more than one ride is open on the pass': `
    SELECT pass_id AS what FROM kickboard.rides WHERE status = 'RENTED' GROUP BY 1 HAVING count(*) > 1`,

  'a kickboard is not as its rides are': `
    SELECT id || ' ' || status AS what FROM kickboard.kickboards k WHERE (status IN ('RENTED', 'MISSING'))
      <> EXISTS (SELECT FROM kickboard.rides r WHERE r.kickboard_id = k.id AND r.status = 'RENTED')`,

  'a removed kickboard is out': `
    SELECT k.id AS what FROM kickboard.kickboards k JOIN kickboard.rides r ON r.kickboard_id = k.id
    WHERE k.removed_at IS NOT NULL AND r.status = 'RENTED'`,

  'a pass has lost or gained rides': `
    SELECT id AS what FROM kickboard.passes p WHERE rides_left <> rides_total - (
      SELECT count(*) FROM kickboard.rides r WHERE r.pass_id = p.id AND r.status <> 'REFUSED')`,

  'someone rides on what is no pass of theirs': `
    SELECT r.id AS what FROM kickboard.rides r JOIN kickboard.passes p ON p.id = r.pass_id
    WHERE r.status <> 'REFUSED' AND (r.customer <> p.customer OR p.status NOT IN ('AVAILABLE', 'USED'))`,

  'a pass is not paid as it stands': `
    SELECT p.id || ' ' || p.status AS what FROM kickboard.passes p
    LEFT JOIN payment.charges c ON c.key = p.id || '/charge'
    WHERE CASE
      WHEN p.status IN ('AVAILABLE', 'USED')
        THEN (c.state, c.amount, c.refunded) IS DISTINCT FROM ('CAPTURED', p.price, 0::bigint)
      ELSE p.status <> 'FAILED' OR c.state IN ('SENT', 'UNKNOWN')
        OR (c.state = 'CAPTURED' AND c.refunded <> c.amount)
    END`,
};

/** Of bikes, reports and points (B2, B6, B7). */
const BIKE: Record<string, string> = {
  'more than one has the bike': `
    SELECT bike_id AS what FROM bike.rentals WHERE status = 'RENTED' GROUP BY 1 HAVING count(*) > 1`,

  'a bike is not as its rentals are': `
    SELECT id || ' ' || status AS what FROM bike.bikes b WHERE (status = 'IN_USE')
      <> EXISTS (SELECT FROM bike.rentals r WHERE r.bike_id = b.id AND r.status = 'RENTED')`,

  'points are not the sum of their entries': `
    SELECT manager AS what FROM bike.managers m WHERE points < 0
      OR points <> coalesce((SELECT sum(points) FROM bike.point_entries e WHERE e.manager = m.manager), 0)`,

  'reports are counted wrong': `
    SELECT manager AS what FROM bike.managers m WHERE reports <> (
      SELECT count(*) FROM bike.reports r WHERE r.manager = m.manager AND r.status = 'APPLIED')`,

  'a report has not earned what it should': `
    SELECT r.id AS what FROM bike.reports r
    LEFT JOIN bike.point_entries e ON e.reference = r.id AND e.kind = 'REPORT'
    WHERE e.points IS DISTINCT FROM CASE r.status WHEN 'APPLIED' THEN r.points_earned END`,

  'a conversion is half done': `
    SELECT c.id || ' ' || c.status AS what FROM bike.conversions c
    LEFT JOIN bike.point_entries taken ON taken.reference = c.id AND taken.kind = 'CONVERSION'
    LEFT JOIN bike.point_entries back ON back.reference = c.id AND back.kind = 'GIVEN_BACK'
    LEFT JOIN payment.transfers t ON t.business_id = c.id AND t.kind = 'CONVERSION'
    WHERE (taken.points, back.points, t.amount) IS DISTINCT FROM (
      CASE WHEN c.status IN ('CONVERTED', 'GIVEN_BACK') THEN -c.points END,
      CASE WHEN c.status = 'GIVEN_BACK' THEN c.points END,
      CASE WHEN c.status = 'CONVERTED' THEN c.points END)`,
};

/** Of bills and what was paid for them (B3, B5). */
const BILLING: Record<string, string> = {
  'a rental is not billed as it stands': `
    SELECT r.id || ' ' || r.status || ' ' || coalesce(b.status, 'no bill') AS what FROM bike.rentals r
    LEFT JOIN billing.bills b ON b.rental_id = r.id
    WHERE CASE r.status
      WHEN 'REFUSED' THEN b.id IS NOT NULL
      WHEN 'RENTED' THEN b.status IS DISTINCT FROM 'OPEN'
      ELSE coalesce(b.status, 'none') NOT IN ('CLOSED', 'UNPAID')
    END`,

  'a bill is not paid once, as it stands': `
    SELECT b.rental_id || ' ' || b.status AS what FROM billing.bills b
    LEFT JOIN payment.transfers t ON t.business_id = b.rental_id AND t.kind = 'BILL'
    GROUP BY b.id HAVING array_agg(t.amount)
      IS DISTINCT FROM ARRAY[CASE b.status WHEN 'CLOSED' THEN b.fee END]`,

  'not everyone knows who owes': `
    SELECT b.rental_id || ' ' || b.status AS what FROM billing.bills b
    LEFT JOIN bike.debts d ON d.rental_id = b.rental_id AND d.paid_at IS NULL
    LEFT JOIN payment.unpaid_bills u ON u.rental_id = b.rental_id
    WHERE (d.rental_id IS NOT NULL, u.rental_id IS NOT NULL) <> (b.status = 'UNPAID', b.status = 'UNPAID')`,
};

/** Of top-ups (P3). */
const PAYMENT: Record<string, string> = {
  'a top-up is not credited as it stands': `
    SELECT u.id || ' ' || u.status AS what FROM payment.top_ups u
    LEFT JOIN payment.transfers t ON t.business_id = u.id AND t.kind = 'TOP_UP'
    GROUP BY u.id HAVING array_agg(t.amount)
      IS DISTINCT FROM ARRAY[CASE u.status WHEN 'CREDITED' THEN u.amount END]`,
};

const LAWS = Object.entries({ ...KICKBOARD, ...BIKE, ...BILLING, ...PAYMENT });

/** What is wrong with rides, rentals, passes, points and bills, in words; nothing is, where nothing is under way. */
export async function breachesOfHires(stack: TestStack): Promise<string[]> {
  const breaches: string[] = [];
  for (const [law, sql] of LAWS) {
    const { rows } = await stack.db.raw<{ rows: { what: string }[] }>(sql);
    breaches.push(...rows.map(({ what }) => `${law}: ${what}`));
  }
  return [...breaches, ...(await breachesOfFees(stack)), ...(await breachesOfWorkflows(stack))];
}

/** Waits until everything has ended lawfully. @returns what is still wrong when the time is up */
export async function breachesOnceEnded(stack: TestStack, withinMs = 40_000): Promise<string[]> {
  let breaches: string[] = [];
  const none = async () => (breaches = await breachesOfHires(stack)).length === 0;
  await until(none, { withinMs, everyMs: 250 });
  return [...breaches, ...(await breachesOfBooks(stack.db))];
}

/** Of passes and top-ups at the bank: what is good is paid, and of what failed no charge is left (K1). */
export async function breachesAtTheBank({ db, provider }: TestStack): Promise<string[]> {
  const breaches: string[] = [];
  const { rows } = await db.raw<{ rows: { id: string; price: number; status: string }[] }>(`
    SELECT id, price, status FROM kickboard.passes
    UNION ALL SELECT id, amount, status FROM payment.top_ups`);
  for (const { id, price, status } of rows) {
    const net = await provider.netOf(id);
    if (net !== (status === 'FAILED' ? 0 : price)) breaches.push(`${id} is ${status}, the bank has ${net}`);
  }
  return breaches;
}

/** A fee follows from the minutes that were really ridden, by the tariff of the bill (B4). */
async function breachesOfFees({ db }: TestStack): Promise<string[]> {
  const bills = await db({ b: 'billing.bills' })
    .join({ r: 'bike.rentals' }, 'r.id', 'b.rental_id')
    .where('r.status', 'RETURNED')
    .whereNotNull('b.fee')
    .select<
      {
        id: string;
        from: Date;
        to: Date;
        start: Date;
        end: Date;
        tariff: Tariff;
        minutes: number;
        fee: number;
      }[]
    >({
      id: 'b.id',
      from: 'r.started_at',
      to: 'r.ended_at',
      start: 'b.started_at',
      end: 'b.ended_at',
      tariff: 'b.tariff',
      minutes: 'b.minutes',
      fee: 'b.fee',
    });
  return bills.flatMap(({ id, from, to, start, end, tariff, minutes, fee }) => {
    const ridden = minutesOf(from.getTime(), to.getTime());
    if (+start !== +from || +end !== +to)
      return [`a bill is over another time: ${id} from ${start.toISOString()}, rented ${from.toISOString()}`];
    const right = minutes === ridden && fee === feeOf(ridden, tariff);
    return right ? [] : [`a bill is wrong: ${id} says ${fee} for ${minutes} minutes, ${ridden} were ridden`];
  });
}

/** A workflow runs for every vehicle that is out, every bill to be paid, booking and order, and for nothing else. */
async function breachesOfWorkflows({ db, temporal }: TestStack): Promise<string[]> {
  const running = new Set<string>();
  for await (const { workflowId } of (await temporal).workflow.list({ query: 'ExecutionStatus = "Running"' }))
    running.add(workflowId);
  const { rows } = await db.raw<{ rows: { id: string }[] }>(`
    SELECT id FROM kickboard.rides WHERE status = 'RENTED'
    UNION ALL SELECT id FROM bike.rentals WHERE status = 'RENTED'
    UNION ALL SELECT rental_id FROM billing.bills WHERE status = 'UNPAID'
    UNION ALL SELECT id FROM movie.bookings WHERE status = 'BOOKED'
    UNION ALL SELECT id FROM food.orders WHERE status IN ('ORDERED', 'PAID', 'DELIVERING')`);
  const waiting = new Set(rows.map(({ id }) => id));
  return [
    ...[...running].filter((id) => !waiting.has(id)).map((id) => `a workflow runs for what is over: ${id}`),
    ...[...waiting].filter((id) => !running.has(id)).map((id) => `no workflow waits for ${id}`),
  ];
}
