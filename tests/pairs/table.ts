import type { Knex } from 'knex';
import { Points } from '../../activities/bike/points';
import { Reports } from '../../activities/bike/reports';
import { BikeRepository } from '../../activities/bike/repository';
import { BillingRepository } from '../../activities/billing/repository';
import { BoxofficeRepository } from '../../activities/boxoffice/repository';
import { CourseRepository } from '../../activities/course/repository';
import { DeliveryRepository } from '../../activities/delivery/repository';
import { FoodRepository } from '../../activities/food/repository';
import { Passes } from '../../activities/kickboard/passes';
import { KickboardRepository } from '../../activities/kickboard/repository';
import { MovieRepository } from '../../activities/movie/repository';
import { Books } from '../../activities/payment/books';
import type { ChargeRow } from '../../activities/payment/charge';
import { CONVERSIONS, Credits, TOP_UPS } from '../../activities/payment/credits';
import { chargeKey, refundKey, UNDO } from '../../activities/payment/keys';
import { Parking } from '../../activities/payment/parked';
import type { PaymentProvider } from '../../activities/payment/provider';
import { PaymentRepository } from '../../activities/payment/repository';
import { createSettlement } from '../../activities/payment/settlement';
import type { Domain } from '../../config';
import type { Charge, PaymentMeans } from '../../workflows/payment/contract';

/** An operation on a thing, through the services of one connection. A status that it answers is the one that then stands. */
type Operation = (on: Services) => unknown;

export interface Made {
  /** What the thing is known by: bound in its SQL, and the subjects of its events. */
  ids: Record<string, string>;
  operations: Record<string, Operation>;
}
const made = (ids: Made['ids'], operations: Made['operations']): Made => ({ ids, operations });

/** A step and what takes it back, or two steps of which one at most may take effect. */
export interface Pair {
  do: string;
  undo: string;
  /** Done before. */
  after: readonly string[];
  /** Why a do takes effect that comes after the undo; unless said, it does not. */
  lateDo?: string;
}

export interface Thing {
  name: string;
  domain: Domain;
  make: (on: Services) => Made | Promise<Made>;
  /** SQL that selects `state`: the status, and all that is owned, counted or paid with it; no row is 'none'. */
  state: string;
  /**
   * A line for each state, the first one's first: what an operation makes of it, and the events it tells; or why it is
   * refused (✗). What is not named changes nothing. `else` is for the states that do not name the operation.
   */
  life: string;
  pairs: readonly Pair[];
}

export type Services = ReturnType<typeof servicesOn>;

export function servicesOn(db: Knex) {
  const payment = new PaymentRepository(db);
  return {
    movie: new MovieRepository(db),
    boxoffice: new BoxofficeRepository(db),
    kickboard: new KickboardRepository(db),
    passes: new Passes(db),
    bike: new BikeRepository(db),
    reports: new Reports(db),
    points: new Points(db),
    billing: new BillingRepository(db),
    food: new FoodRepository(db),
    deliveries: new DeliveryRepository(db),
    courses: new CourseRepository(db),
    payment,
    topUps: new Credits(db, TOP_UPS),
    conversions: new Credits(db, CONVERSIONS),
    // Only what was paid from a deposit is given back here: no provider is asked.
    settlement: createSettlement({
      payment,
      provider: {} as PaymentProvider,
      follow: () => Promise.resolve(),
    }),
    parking: new Parking(db, payment, new Books(db), 0),
    db,
  };
}

let ids = 0;
const newId = (prefix: string) => `${prefix}_${++ids}`;
const inAnHour = () => Date.now() + 3_600_000;
const anHourAgo = () => Date.now() - 3_600_000;
const card: PaymentMeans = { method: 'card', token: 'tok_ok' };

const pair = (act: string, undo: string, ...after: string[]): Pair => ({ do: act, undo, after });
const pairThatLasts = (lateDo: string, ...of: Parameters<typeof pair>): Pair => ({ ...pair(...of), lateDo });

/** For what answers no, or with the name of a refusal, in place of throwing. */
function orRefused(answer: unknown, failure?: string): void {
  if (answer === false || typeof answer === 'string') throw new Error(failure ?? String(answer));
}

interface Rivals {
  act: string;
  told: string;
  /** Why the second is. */
  refused: string;
  /** Of which the one who has it has one: table | column of its id | condition. */
  rows: string;
  make: (on: Services) => Promise<Record<'first' | 'other', { id: string; act: Operation }>>;
}

/** Two things that want what one alone can have. */
function rivals(name: string, domain: Domain, { act, told, refused, rows, make }: Rivals): Thing {
  const [table, key, where] = rows.split(' | ');
  return {
    name,
    domain,
    make: async (on) => {
      const { first, other } = await make(on);
      return made({ id: first.id, other: other.id }, { [act]: first.act, [`${act} for another`]: other.act });
    },
    state: `SELECT string_agg(CASE ${key} WHEN :id THEN 'FIRST' ELSE 'OTHER' END, ' ') AS state
      FROM ${table} WHERE ${key} IN (:id, :other) AND ${where}`,
    life: `
      none: ${act} → FIRST (${told}); ${act} for another → OTHER (${told})
      FIRST: ${act} for another ✗ ${refused}
      OTHER: ${act} ✗ ${refused}`,
    pairs: [pair(act, `${act} for another`)],
  };
}

async function bookSeats({ movie }: Services, ...seats: string[]) {
  const [screeningId, startsAt, endsAt] = [newId('scr'), inAnHour(), inAnHour() + 3_600_000];
  const hall = { movieName: '기생충', hall: screeningId, rows: 1, columns: 2, price: 10_000 };
  const times = { startsAt: new Date(startsAt), endsAt: new Date(endsAt) };
  await movie.addScreening({ id: screeningId, ...hall, ...times });
  const order = {
    id: newId('bkg'),
    customer: 'minji',
    screeningId,
    seats,
    totalPrice: 20_000,
    payment: card,
  };
  return { ...order, answerBy: inAnHour(), startsAt, endsAt };
}

const passOrder = () => {
  const order = { id: newId('pas'), customer: 'minji', type: '2', price: 3_000, rides: 2, payment: card };
  return { ...order, answerBy: inAnHour() };
};

async function newPass({ passes }: Services): Promise<string> {
  const order = passOrder();
  await passes.open(order);
  await passes.confirm(order.id, 'pay_1');
  return order.id;
}

async function newKickboard({ kickboard }: Services): Promise<string> {
  const id = newId('kbd');
  await kickboard.register({ id, location: 'here', batteryLevel: 90 });
  return id;
}

const rideOn = (kickboardId: string, passId: string) => {
  const ride = {
    id: newId('rid'),
    customer: 'minji',
    kickboardId,
    passId,
    minutes: 60,
    answerBy: inAnHour(),
  };
  return { ...ride, startedAt: Date.now(), dueAt: inAnHour() };
};
const claimed = (ride: ReturnType<typeof rideOn>) => {
  return { id: ride.id, act: ({ kickboard }: Services) => kickboard.claim(ride) };
};

const TARIFF = { firstMinutes: 30, firstFee: 1_000, stepMinutes: 10, stepFee: 500, dayAtMost: 20_000 };

async function newBike({ bike }: Services): Promise<string> {
  const id = newId('bik');
  await bike.register({ id, location: 'here', batteryLevel: 90, status: 'AVAILABLE' });
  return id;
}

const rentalOf = (bikeId: string) => {
  const rental = { id: newId('rnt'), customer: newId('cus'), bikeId, tariff: TARIFF, answerBy: inAnHour() };
  return { ...rental, startedAt: Date.now() };
};

/** Of a manager who has 100. */
async function sixtyPoints({ points }: Services) {
  const manager = newId('mgr');
  await points.register(manager, 100, newId('reg'));
  return () => ({ id: newId('cnv'), manager, points: 60, answerBy: inAnHour() });
}

const deliveryOf = () => {
  const what = { customer: 'minji', address: 'here', lines: [{ name: 'Gimbab', quantity: 1 }] };
  return { id: newId('dlv'), orderId: newId('ord'), ...what };
};

const courseOf = () => {
  return { id: newId('crs'), host: 'host', title: '한강', content: '산책', reviewsAllowed: true };
};

const chargeOf = (by: PaymentMeans): Charge & { key: string } => {
  const order = { for: newId('bkg'), customer: newId('cus'), amount: 7_000, by, answerBy: inAnHour() };
  return { ...order, income: 'revenue:movie', key: chargeKey(order.for) };
};

/** A card's charge of 7,000 that was captured. */
async function captured({ payment }: Services) {
  const order = chargeOf(card);
  await payment.openCharge(order);
  await payment.settleCharge(order.key, 'CAPTURED', `ch_${order.for}`);
  return { id: order.for, key: order.key };
}

const BALANCE = `coalesce((SELECT balance FROM payment.accounts WHERE id = 'deposit:' || :customer), 0)`;
/** What the provider holds of a charge, by the ledger. */
const HELD = `coalesce((SELECT sum(CASE from_account WHEN 'provider' THEN t.amount ELSE -t.amount END)
  FROM payment.transfers t WHERE business_id = :id), 0)`;
const REFUND = `SELECT concat_ws(', ', coalesce(r.state, 'none'), c.refunded || ' reserved', ${HELD} || ' held') AS state
  FROM payment.charges c LEFT JOIN payment.refunds r ON r.key = :refund WHERE c.key = :key`;

/** What a customer puts on a course and takes off again. */
const mark = (table: 'likes' | 'bookmarks', act: string, undo: string, on: string, off: string): Thing => ({
  name: act,
  domain: 'course',
  make: async ({ courses }) => {
    const course = courseOf();
    await courses.register(course, inAnHour());
    const ask = { courseId: course.id, customer: 'minji', answerBy: inAnHour() };
    return made(
      { id: course.id, subject: `${course.id}/${act}/minji` },
      {
        [act]: async (by) => orRefused(await by.courses.put(table, ask)),
        [undo]: async (by) => orRefused(await by.courses.take(table, ask)),
      },
    );
  },
  state: `SELECT (SELECT count(*) FROM course.${table} WHERE course_id = c.id) || ', counted ' || ${table} AS state
    FROM course.courses c WHERE id = :id`,
  life: `
    0, counted 0: ${act} → 1, counted 1 (${on})
    1, counted 1: ${undo} → 0, counted 0 (${off})`,
  pairs: [pairThatLasts('the last word counts', act, undo)],
});

/** What raises a deposit. */
const credit = (
  service: 'topUps' | 'conversions',
  table: string,
  [act, told]: [string, string],
  [undo, refused]: [string, string],
): Thing => ({
  name: table,
  domain: 'payment',
  make: () => {
    const order = { id: newId('crd'), customer: newId('cus'), amount: 10_000, answerBy: inAnHour() };
    return made(
      { id: order.id, customer: order.customer },
      {
        [act]: (by) => by[service].credit({ ...order, payment: card }),
        [undo]: (by) => by[service].fail(order, 'conflict'),
      },
    );
  },
  state: `SELECT concat_ws(', ', coalesce((SELECT status FROM payment.${table} WHERE id = :id), 'none'), ${BALANCE}) AS state`,
  life: `
    none, 0: ${act} → CREDITED, 10000 (deposit-moved ${told}); ${undo} → FAILED, 0 (${refused})
    CREDITED, 10000:
    FAILED, 0: ${act} ✗ payment-unavailable`,
  pairs: [pair(act, undo)],
});

/** Every do with its undo, and every two that exclude each other, of every repository. */
export const THINGS: readonly Thing[] = [
  {
    name: 'booking',
    domain: 'movie',
    make: async (on) => {
      const order = await bookSeats(on, '1A', '1B');
      const { id } = order;
      return made(
        { id },
        {
          holdSeats: ({ movie }) => movie.holdSeats(order),
          freeSeats: ({ movie }) => movie.freeSeats(order, 'conflict'),
          confirm: ({ movie }) => movie.confirm(id, 'pay_1'),
          cancel: ({ movie }) => movie.cancel(id),
          collect: ({ movie }) => movie.collect(id, new Date(inAnHour())),
          noShow: ({ movie }) => movie.noShow(id),
        },
      );
    },
    state: `SELECT concat_ws(' ', status, (SELECT string_agg(c.status, ' ' ORDER BY seat) FROM movie.seat_claims c
        WHERE c.booking_id = b.id AND c.status <> 'FREED')) AS state FROM movie.bookings b WHERE id = :id`,
    life: `
      none: holdSeats → PENDING HELD HELD (held); freeSeats → FAILED (refused)
      PENDING HELD HELD: holdSeats =; freeSeats → FAILED (refused); confirm → BOOKED SOLD SOLD (booked)
      BOOKED SOLD SOLD: confirm =; cancel → CANCELLED (cancelled); noShow → NO_SHOW SOLD SOLD (no-show);
        collect → COLLECTED SOLD SOLD (collected)
      COLLECTED SOLD SOLD: collect =
      NO_SHOW SOLD SOLD:
      CANCELLED:
      FAILED:
      else: holdSeats, confirm, collect ✗ movie-unavailable`,
    pairs: [
      pair('holdSeats', 'freeSeats'),
      pair('confirm', 'freeSeats', 'holdSeats'),
      pair('collect', 'cancel', 'holdSeats', 'confirm'),
      pair('collect', 'noShow', 'holdSeats', 'confirm'),
      pair('noShow', 'cancel', 'holdSeats', 'confirm'),
    ],
  },
  rivals('one seat', 'movie', {
    act: 'holdSeats',
    told: 'held',
    refused: 'seat-taken',
    rows: `movie.seat_claims | booking_id | seat = '1A' AND status <> 'FREED'`,
    make: async (on) => {
      const order = await bookSeats(on, '1A');
      const other = { ...order, id: newId('bkg'), seats: ['1B', '1A'] };
      return {
        first: { id: order.id, act: ({ movie }) => movie.holdSeats(order) },
        other: { id: other.id, act: ({ movie }) => movie.holdSeats(other) },
      };
    },
  }),
  {
    name: 'ticket',
    domain: 'boxoffice',
    make: () => {
      const id = newId('bkg');
      return made(
        { id },
        {
          issueTicket: ({ boxoffice }) =>
            boxoffice.issueTicket({ bookingId: id, screeningId: 'scr', seats: ['1A'] }),
          voidTicket: ({ boxoffice }) => boxoffice.voidTicket(id),
          handTicketOut: ({ boxoffice }) => boxoffice.handTicketOut(id, 'a', inAnHour()),
          takeTicketBack: ({ boxoffice }) => boxoffice.takeTicketBack(id, 'a'),
          'another handTicketOut': ({ boxoffice }) => boxoffice.handTicketOut(id, 'b', inAnHour()),
          'handTicketOut too late': ({ boxoffice }) => boxoffice.handTicketOut(id, 'late', anHourAgo()),
        },
      );
    },
    state: `SELECT concat_ws(' ', status, collected_by, CASE WHEN 'a' = ANY (refused) THEN '-a' END) AS state
      FROM boxoffice.tickets WHERE booking_id = :id`,
    life: `
      none: issueTicket → ISSUED (issued); voidTicket → VOID (voided); takeTicketBack → WAITING -a;
        handTicketOut, another handTicketOut, handTicketOut too late ✗ ticket-not-issued
      WAITING -a: issueTicket → ISSUED -a (issued); voidTicket → VOID -a (voided);
        handTicketOut, another handTicketOut, handTicketOut too late ✗ ticket-not-issued
      ISSUED: handTicketOut → COLLECTED a (handed-out); takeTicketBack → ISSUED -a; voidTicket → VOID (voided);
        another handTicketOut → COLLECTED b (handed-out); handTicketOut too late ✗ boxoffice-unavailable
      ISSUED -a: handTicketOut, handTicketOut too late ✗ boxoffice-unavailable; voidTicket → VOID -a (voided);
        another handTicketOut → COLLECTED b -a (handed-out)
      COLLECTED a: takeTicketBack → ISSUED -a (taken-back); voidTicket → VOID (voided);
        another handTicketOut, handTicketOut too late ✗ already-collected
      COLLECTED b: takeTicketBack → COLLECTED b -a; voidTicket → VOID (voided);
        handTicketOut, handTicketOut too late ✗ already-collected
      COLLECTED b -a: voidTicket → VOID -a (voided); handTicketOut, handTicketOut too late ✗ already-collected
      VOID: takeTicketBack → VOID -a; handTicketOut, another handTicketOut, handTicketOut too late ✗ cancelled
      VOID -a: handTicketOut, another handTicketOut, handTicketOut too late ✗ cancelled`,
    pairs: [
      pair('issueTicket', 'voidTicket'),
      pair('handTicketOut', 'takeTicketBack', 'issueTicket'),
      pair('handTicketOut', 'takeTicketBack', 'takeTicketBack', 'issueTicket'),
      pair('handTicketOut', 'voidTicket', 'issueTicket'),
      pair('handTicketOut', 'another handTicketOut', 'issueTicket'),
    ],
  },
  {
    name: 'pass',
    domain: 'kickboard',
    make: () => {
      const order = passOrder();
      return made(
        { id: order.id },
        {
          openPass: ({ passes }) => passes.open(order),
          confirmPass: ({ passes }) => passes.confirm(order.id, 'pay_1'),
          failPass: ({ passes }) => passes.fail(order, 'conflict'),
        },
      );
    },
    state: 'SELECT status AS state FROM kickboard.passes WHERE id = :id',
    life: `
      none: openPass → READY_FOR_PAY (pass-opened); failPass → FAILED (pass-refused)
      READY_FOR_PAY: openPass =; confirmPass → AVAILABLE (pass-bought); failPass → FAILED (pass-refused)
      AVAILABLE: confirmPass =
      FAILED:
      else: openPass, confirmPass ✗ kickboard-unavailable-now`,
    pairs: [pair('openPass', 'failPass'), pair('confirmPass', 'failPass', 'openPass')],
  },
  {
    name: 'ride',
    domain: 'kickboard',
    make: async (on) => {
      const ride = rideOn(await newKickboard(on), await newPass(on));
      const { id, passId, kickboardId } = ride;
      return made(
        { id, passId, kickboardId },
        {
          claim: ({ kickboard }) => kickboard.claim(ride),
          refuseRide: async ({ kickboard }) => (await kickboard.refuse(ride, 'conflict')).status,
          takeBack: ({ kickboard }) => kickboard.takeBack(id, { endedAt: ride.dueAt }),
          remind: ({ kickboard }) => kickboard.remind(id),
          miss: ({ kickboard }) => kickboard.miss(id),
          remove: async ({ kickboard }) => orRefused(await kickboard.remove(kickboardId), 'in use'),
        },
      );
    },
    state: `SELECT concat_ws(' ', coalesce(r.status, 'none'), k.status, p.rides_left, CASE WHEN reminded_at < now() THEN
        'due' END, CASE WHEN removed_at < now() THEN 'removed' END) AS state FROM kickboard.kickboards k
      JOIN kickboard.passes p ON p.id = :passId LEFT JOIN kickboard.rides r ON r.id = :id WHERE k.id = :kickboardId`,
    life: `
      none REGISTERED 2: claim → RENTED RENTED 1 (pass-used rented); refuseRide → REFUSED REGISTERED 2;
        remove → none REGISTERED 2 removed (removed); takeBack ✗ kickboard-unavailable-now
      none REGISTERED 2 removed: refuseRide → REFUSED REGISTERED 2 removed; remove =;
        claim ✗ kickboard-unavailable; takeBack ✗ kickboard-unavailable-now
      REFUSED REGISTERED 2: remove → REFUSED REGISTERED 2 removed (removed);
        claim, takeBack ✗ kickboard-unavailable-now
      REFUSED REGISTERED 2 removed: remove =; claim, takeBack ✗ kickboard-unavailable-now
      RENTED RENTED 1: remind → RENTED RENTED 1 due (due); miss → RENTED MISSING 1 (missing);
        takeBack → RETURNED RETURNED 1 (returned)
      RENTED RENTED 1 due: miss → RENTED MISSING 1 due (missing); takeBack → RETURNED RETURNED 1 due (returned)
      RENTED MISSING 1: remind → RENTED MISSING 1 due (due); takeBack → RETURNED RETURNED 1 (returned)
      RENTED MISSING 1 due: takeBack → RETURNED RETURNED 1 due (returned)
      RETURNED RETURNED 1: remove → RETURNED RETURNED 1 removed (removed)
      RETURNED RETURNED 1 removed: remove =
      RETURNED RETURNED 1 due: remove → RETURNED RETURNED 1 due removed (removed)
      RETURNED RETURNED 1 due removed: remove =
      else: remove ✗ in use`,
    pairs: [
      pair('claim', 'refuseRide'),
      pair('claim', 'remove'),
      pair('remind', 'takeBack', 'claim'),
      pair('miss', 'takeBack', 'claim'),
    ],
  },
  rivals('one kickboard', 'kickboard', {
    act: 'claim',
    told: 'rented',
    refused: 'kickboard-unavailable',
    rows: `kickboard.rides | id | status = 'RENTED'`,
    make: async (on) => {
      const kickboard = await newKickboard(on);
      const [first, other] = [rideOn(kickboard, await newPass(on)), rideOn(kickboard, await newPass(on))];
      return { first: claimed(first), other: claimed(other) };
    },
  }),
  rivals('one pass', 'kickboard', {
    act: 'claim',
    told: 'rented',
    refused: 'pass-not-available',
    rows: `kickboard.rides | id | status = 'RENTED'`,
    make: async (on) => {
      const pass = await newPass(on);
      const [first, other] = [rideOn(await newKickboard(on), pass), rideOn(await newKickboard(on), pass)];
      return { first: claimed(first), other: claimed(other) };
    },
  }),
  {
    name: 'rental',
    domain: 'bike',
    make: async (on) => {
      const rental = rentalOf(await newBike(on));
      const { id, bikeId, customer } = rental;
      return made(
        { id, bikeId },
        {
          claim: ({ bike }) => bike.claim(rental),
          refuseRental: async ({ bike }) => (await bike.refuse(rental, 'conflict')).status,
          takeBack: ({ bike }) => bike.takeBack(id, { endedAt: rental.answerBy }),
          owe: ({ bike }) => bike.owe(customer, id),
          oweNoMore: ({ bike }) => bike.oweNoMore(id),
        },
      );
    },
    state: `SELECT concat_ws(' ', coalesce(r.status, 'none'), b.status, CASE WHEN d.paid_at < now() THEN 'paid'
        WHEN d.rental_id = r.id THEN 'owed' END) AS state FROM bike.bikes b LEFT JOIN bike.rentals r ON r.id = :id
      LEFT JOIN bike.debts d ON d.rental_id = r.id WHERE b.id = :bikeId`,
    life: `
      none AVAILABLE: claim → RENTED IN_USE (rented); refuseRental → REFUSED AVAILABLE;
        takeBack ✗ bike-unavailable-now; owe ✗ insert into "bike"."debts"
      REFUSED AVAILABLE: claim, takeBack ✗ bike-unavailable-now; owe → REFUSED AVAILABLE owed;
        oweNoMore → REFUSED AVAILABLE paid
      REFUSED AVAILABLE owed: claim, takeBack ✗ bike-unavailable-now; oweNoMore → REFUSED AVAILABLE paid
      REFUSED AVAILABLE paid: claim, takeBack ✗ bike-unavailable-now
      RENTED IN_USE: takeBack → RETURNED AVAILABLE (returned); owe → RENTED IN_USE owed;
        oweNoMore → RENTED IN_USE paid
      RENTED IN_USE owed: takeBack → RETURNED AVAILABLE owed (returned); oweNoMore → RENTED IN_USE paid
      RENTED IN_USE paid: takeBack → RETURNED AVAILABLE paid (returned)
      RETURNED AVAILABLE: owe → RETURNED AVAILABLE owed; oweNoMore → RETURNED AVAILABLE paid
      RETURNED AVAILABLE owed: oweNoMore → RETURNED AVAILABLE paid
      RETURNED AVAILABLE paid:`,
    pairs: [pair('claim', 'refuseRental'), pair('owe', 'oweNoMore', 'claim', 'takeBack')],
  },
  rivals('one bike', 'bike', {
    act: 'claim',
    told: 'rented',
    refused: 'bike-unavailable',
    rows: `bike.rentals | id | status = 'RENTED'`,
    make: async (on) => {
      const bikeId = await newBike(on);
      const [first, other] = [rentalOf(bikeId), rentalOf(bikeId)];
      return {
        first: { id: first.id, act: ({ bike }) => bike.claim(first) },
        other: { id: other.id, act: ({ bike }) => bike.claim(other) },
      };
    },
  }),
  {
    name: 'report',
    domain: 'bike',
    make: async (on) => {
      const [bikeId, manager] = [await newBike(on), newId('mgr')];
      await on.points.register(manager, 0, newId('reg'));
      const said = { batteryLevel: 15, usable: false, points: 100, answerBy: inAnHour() };
      const report = { id: newId('rep'), manager, bikeId, ...said };
      return made(
        { id: report.id, bikeId, manager },
        {
          applyReport: ({ reports }) => reports.apply(report),
          refuseReport: ({ reports }) => reports.refuse(report, 'conflict'),
        },
      );
    },
    state: `SELECT concat_ws(' ', coalesce(r.status, 'none'), b.status, b.battery_level || '%', coalesce(m.points, 0),
        coalesce(m.reports, 0)) AS state FROM bike.bikes b LEFT JOIN bike.reports r ON r.id = :id
      LEFT JOIN bike.managers m ON m.manager = :manager WHERE b.id = :bikeId`,
    life: `
      none AVAILABLE 90% 0 0: applyReport → APPLIED BROKEN 15% 100 1 (reported);
        refuseReport → REFUSED AVAILABLE 90% 0 0
      APPLIED BROKEN 15% 100 1:
      REFUSED AVAILABLE 90% 0 0: applyReport ✗ bike-unavailable-now`,
    pairs: [pair('applyReport', 'refuseReport')],
  },
  {
    name: 'conversion',
    domain: 'bike',
    make: async (on) => {
      const order = (await sixtyPoints(on))();
      return made(
        { id: order.id, manager: order.manager },
        {
          takePoints: ({ points }) => points.take(order),
          givePointsBack: ({ points }) => points.giveBack(order, 'conflict'),
          // Of what it does not know it says REFUSED.
          converted: ({ points }) => points.converted(order.id).then(() => undefined),
        },
      );
    },
    state: `SELECT concat_ws(' ', coalesce(c.status, 'none'), m.points) AS state
      FROM bike.managers m LEFT JOIN bike.conversions c ON c.id = :id WHERE m.manager = :manager`,
    life: `
      none 100: takePoints → TAKEN 40 (points-taken); givePointsBack → REFUSED 100
      TAKEN 40: takePoints =; converted → CONVERTED 40 (points-converted);
        givePointsBack → GIVEN_BACK 100 (points-given-back)
      CONVERTED 40:
      GIVEN_BACK 100:
      REFUSED 100:
      else: takePoints ✗ bike-unavailable-now`,
    pairs: [pair('takePoints', 'givePointsBack'), pair('converted', 'givePointsBack', 'takePoints')],
  },
  rivals('the same points', 'bike', {
    act: 'takePoints',
    told: 'points-taken',
    refused: 'not-enough-points',
    rows: `bike.conversions | id | status = 'TAKEN'`,
    make: async (on) => {
      const order = await sixtyPoints(on);
      const [first, other] = [order(), order()];
      return {
        first: { id: first.id, act: ({ points }) => points.take(first) },
        other: { id: other.id, act: ({ points }) => points.take(other) },
      };
    },
  }),
  {
    name: 'bill',
    domain: 'billing',
    make: async ({ billing }) => {
      const rentalId = newId('rnt');
      const id = rentalId.replace('rnt', 'bil');
      await billing.open({ rentalId, customer: 'minji', tariff: TARIFF });
      return made(
        { id },
        {
          assess: (on) => on.billing.assess(rentalId, 0, 60_000),
          leaveUnpaid: (on) => on.billing.leaveUnpaid(rentalId),
          close: (on) => on.billing.close(rentalId),
        },
      );
    },
    state: `SELECT concat_ws(' ', status, fee) AS state FROM billing.bills WHERE id = :id`,
    life: `
      OPEN: assess → OPEN 1000 (assessed); leaveUnpaid, close ✗ update "billing"."bills"
      OPEN 1000: leaveUnpaid → UNPAID 1000 (unpaid); close → CLOSED 1000 (closed)
      UNPAID 1000: close → CLOSED 1000 (closed)
      CLOSED 1000:`,
    pairs: [pair('leaveUnpaid', 'close', 'assess')],
  },
  {
    name: 'order',
    domain: 'food',
    make: () => {
      const lines = [{ menuId: 'men_1', name: 'Gimbab', price: 4_000, quantity: 1 }];
      const what = { customer: 'minji', lines, totalPrice: 4_000, address: 'here', statusText: 'ordered' };
      const order = {
        id: newId('ord'),
        ...what,
        payment: card,
        deliveryId: newId('dlv'),
        answerBy: inAnHour(),
      };
      const { id } = order;
      return made(
        { id },
        {
          takeOrder: ({ food }) => food.take(order),
          refuseOrder: ({ food }) => food.refuse(order, 'conflict'),
          paid: ({ food }) => food.paid(id, 'pay_1'),
          delivering: ({ food }) => food.delivering(id),
          delivered: ({ food }) => food.delivered(id, new Date(inAnHour())),
          cancel: ({ food }) => food.cancel(id, 'cancelled-by-customer'),
        },
      );
    },
    state: `SELECT status || ' ' || payment AS state FROM food.orders WHERE id = :id`,
    life: `
      none: takeOrder → ORDERED PENDING (ordered); refuseOrder → REFUSED PENDING
      ORDERED PENDING: paid → PAID CAPTURED (paid); cancel → CANCELLED PENDING (cancelled)
      PAID CAPTURED: delivering → DELIVERING CAPTURED (delivering); cancel → CANCELLED REFUNDED (cancelled)
      DELIVERING CAPTURED: delivered → DELIVERED CAPTURED (delivered); cancel → CANCELLED REFUNDED (cancelled)
      DELIVERED CAPTURED: delivered =
      CANCELLED PENDING:
      CANCELLED REFUNDED:
      REFUSED PENDING: takeOrder ✗ food-unavailable
      else: delivered ✗ food-unavailable`,
    pairs: [
      pair('takeOrder', 'refuseOrder'),
      pair('paid', 'cancel', 'takeOrder'),
      pair('delivering', 'cancel', 'takeOrder', 'paid'),
      pair('delivered', 'cancel', 'takeOrder', 'paid', 'delivering'),
    ],
  },
  {
    name: 'delivery',
    domain: 'delivery',
    make: () => {
      const order = deliveryOf();
      const { id } = order;
      return made(
        { id },
        {
          startDelivery: ({ deliveries }) => deliveries.start(order),
          cancelDelivery: ({ deliveries }) => deliveries.cancel(order),
          completeDelivery: ({ deliveries }) => deliveries.complete(id, 'junho', 'a', inAnHour()),
          resumeDelivery: ({ deliveries }) => deliveries.resume(id, 'a'),
          'another completeDelivery': ({ deliveries }) => deliveries.complete(id, 'junho', 'b', inAnHour()),
          'completeDelivery too late': ({ deliveries }) =>
            deliveries.complete(id, 'junho', 'late', anHourAgo()),
        },
      );
    },
    state: `SELECT concat_ws(' ', status, completed_by, CASE WHEN 'a' = ANY (refused) THEN '-a' END) AS state
      FROM delivery.deliveries WHERE id = :id`,
    life: `
      none: startDelivery → STARTED (started); cancelDelivery → CANCELLED (cancelled);
        completeDelivery, another completeDelivery, completeDelivery too late ✗ delivery-unavailable
      STARTED: completeDelivery → COMPLETED a (completed); resumeDelivery → STARTED -a;
        cancelDelivery → CANCELLED (cancelled); another completeDelivery → COMPLETED b (completed);
        completeDelivery too late ✗ delivery-unavailable
      STARTED -a: completeDelivery, completeDelivery too late ✗ delivery-unavailable; cancelDelivery → CANCELLED -a (cancelled);
        another completeDelivery → COMPLETED b -a (completed)
      COMPLETED a: resumeDelivery → STARTED -a (resumed);
        another completeDelivery, completeDelivery too late ✗ already-completed
      COMPLETED b: resumeDelivery → COMPLETED b -a; completeDelivery, completeDelivery too late ✗ already-completed
      COMPLETED b -a: completeDelivery, completeDelivery too late ✗ already-completed
      CANCELLED: resumeDelivery → CANCELLED -a;
        completeDelivery, another completeDelivery, completeDelivery too late ✗ cancelled
      CANCELLED -a: completeDelivery, another completeDelivery, completeDelivery too late ✗ cancelled`,
    pairs: [
      pair('startDelivery', 'cancelDelivery'),
      pair('completeDelivery', 'resumeDelivery', 'startDelivery'),
      pair('completeDelivery', 'cancelDelivery', 'startDelivery'),
      pair('completeDelivery', 'another completeDelivery', 'startDelivery'),
    ],
  },
  {
    name: 'delivery on offer',
    domain: 'delivery',
    make: async ({ deliveries }) => {
      const order = deliveryOf();
      const { id } = order;
      await deliveries.start(order);
      return made(
        { id },
        {
          accept: async (on) => orRefused(await on.deliveries.accept(id, 'junho'), 'not theirs'),
          decline: async (on) => orRefused(await on.deliveries.decline(id, 'junho'), 'not theirs'),
          'another accept': async (on) => orRefused(await on.deliveries.accept(id, 'sora'), 'not theirs'),
        },
      );
    },
    state: `SELECT coalesce(courier, 'OPEN') AS state FROM delivery.deliveries WHERE id = :id`,
    life: `
      OPEN: accept → junho (accepted); another accept → sora (accepted); decline ✗ not theirs
      junho: decline → OPEN (passed-on); another accept ✗ not theirs
      sora: accept, decline ✗ not theirs`,
    pairs: [
      pairThatLasts('a courier may think again', 'accept', 'decline'),
      pair('accept', 'another accept'),
    ],
  },
  mark('likes', 'like', 'unlike', 'liked', 'unliked'),
  mark('bookmarks', 'bookmark', 'unbookmark', 'bookmark-gained bookmarked', 'bookmark-lost unbookmarked'),
  {
    name: 'course',
    domain: 'course',
    make: async ({ courses }) => {
      const { host, ...course } = courseOf();
      const [comment, review] = [newId('cmt'), newId('rev')];
      const [ask, said] = [
        { courseId: course.id, answerBy: inAnHour() },
        { customer: 'minji', text: '좋아요' },
      ];
      await courses.register({ host, ...course }, inAnHour());
      return made(
        { id: course.id, comment, review },
        {
          comment: async (on) => orRefused(await on.courses.comment({ id: comment, ...ask, ...said })),
          review: async (on) =>
            orRefused(await on.courses.review({ id: review, ...ask, ...said, rating: 5 })),
          'remove course': async (on) =>
            orRefused(await on.courses.remove({ ...ask, host, versions: undefined })),
        },
      );
    },
    state: `SELECT concat_ws(' ', status, comments, reviews) AS state FROM course.courses WHERE id = :id`,
    life: `
      LISTED 0 0: comment → LISTED 1 0 (commented); review → LISTED 0 1 (reviewed); remove course → DELETED 0 0 (deleted)
      LISTED 1 0: comment =; review → LISTED 1 1 (reviewed); remove course → DELETED 1 0 (deleted)
      LISTED 0 1: comment → LISTED 1 1 (commented); review =; remove course → DELETED 0 1 (deleted)
      LISTED 1 1: comment, review =; remove course → DELETED 1 1 (deleted)
      DELETED 0 0:
      DELETED 1 0:
      DELETED 0 1:
      DELETED 1 1:
      else: comment, review, remove course ✗ not-found`,
    pairs: [pair('comment', 'remove course'), pair('review', 'remove course')],
  },
  credit('topUps', 'top_ups', ['creditTopUp', 'topped-up'], ['failTopUp', 'top-up-refused']),
  credit(
    'conversions',
    'conversions',
    ['creditConversion', 'points-credited'],
    ['refuseConversion', 'points-refused'],
  ),
  {
    name: 'charge of a deposit',
    domain: 'payment',
    make: async ({ topUps }) => {
      const order = chargeOf({ method: 'deposit' });
      const { for: id, customer, key } = order;
      await topUps.credit({
        id: newId('top'),
        customer,
        amount: 10_000,
        payment: card,
        answerBy: inAnHour(),
      });
      return made(
        { id, customer, key },
        {
          charge: async ({ payment }) => (await payment.payFromDeposit(order))?.state,
          giveBack: ({ settlement }) => settlement.giveBack(id),
        },
      );
    },
    state: `SELECT concat_ws(' ', coalesce((SELECT state || ' ' || refunded FROM payment.charges WHERE key = :key), 'none'),
        ${BALANCE}) AS state`,
    life: `
      none 10000: charge → CAPTURED 0 3000 (captured deposit-moved); giveBack → VOID 0 10000 (charge-closed)
      CAPTURED 0 3000: giveBack → CAPTURED 7000 10000 (deposit-moved refunded)
      CAPTURED 7000 10000:
      VOID 0 10000:`,
    pairs: [pair('charge', 'giveBack')],
  },
  {
    name: 'charge of a card',
    domain: 'payment',
    make: () => {
      const order = chargeOf(card);
      const { for: id, key } = order;
      const settled = (done: boolean) => orRefused(done, 'settled before');
      return made(
        { id, key },
        {
          openCharge: async ({ payment }) => (await payment.openCharge(order)).charge.state,
          voidCharge: async ({ payment }) => (await payment.voidCharge(key)).state,
          'settleCharge CAPTURED': async ({ payment }) =>
            settled(await payment.settleCharge(key, 'CAPTURED', `ch_${id}`)),
          'settleCharge DECLINED': async ({ payment }) =>
            settled(await payment.settleCharge(key, 'DECLINED')),
          chargeNotSent: async ({ payment }) =>
            settled(await payment.chargeNotSent({ key, tries: 1 } as ChargeRow)),
          captureLate: ({ payment }) => payment.captureLate(key, `ch_${id}`),
        },
      );
    },
    state: `SELECT concat_ws(' ', state, ${HELD}, CASE WHEN amount IS NULL THEN 'never opened' END,
        (SELECT 'to go back' FROM payment.parked WHERE business_id = :id)) AS state FROM payment.charges WHERE key = :key`,
    life: `
      none: openCharge → SENT 0 (charge-sent); voidCharge → VOID 0 never opened (charge-closed)
      SENT 0: settleCharge CAPTURED → CAPTURED 7000 (captured); settleCharge DECLINED → DECLINED 0 (declined);
        chargeNotSent → NOT_CAPTURED 0 (not-captured); captureLate → CAPTURED 7000 to go back (captured)
      NOT_CAPTURED 0: voidCharge → VOID 0 (charge-closed); captureLate → CAPTURED 7000 to go back (captured)
      VOID 0: captureLate → CAPTURED 7000 to go back (captured)
      DECLINED 0: captureLate → CAPTURED 7000 to go back (captured)
      VOID 0 never opened: captureLate ✗ update "payment"."charges"
      CAPTURED 7000:
      CAPTURED 7000 to go back:
      else: settleCharge CAPTURED, settleCharge DECLINED, chargeNotSent ✗ settled before`,
    pairs: [
      pair('openCharge', 'voidCharge'),
      pairThatLasts('what is sent cannot be closed', 'settleCharge CAPTURED', 'voidCharge', 'openCharge'),
      pair('settleCharge CAPTURED', 'settleCharge DECLINED', 'openCharge'),
      pair('settleCharge CAPTURED', 'chargeNotSent', 'openCharge'),
      pairThatLasts('it has happened', 'captureLate', 'voidCharge', 'openCharge', 'chargeNotSent'),
    ],
  },
  {
    name: 'charge tried again',
    domain: 'payment',
    make: async (on) => {
      const order = chargeOf(card);
      const { charge } = await on.payment.openCharge(order);
      await on.payment.chargeNotSent(charge);
      return made(
        { id: order.for, key: order.key },
        {
          openChargeAgain: async ({ payment }) => (await payment.openChargeAgain(order)).charge.state,
          voidCharge: async ({ payment }) => (await payment.voidCharge(order.key)).state,
        },
      );
    },
    state: 'SELECT state FROM payment.charges WHERE key = :key',
    life: `
      NOT_CAPTURED: openChargeAgain → SENT (charge-sent); voidCharge → VOID (charge-closed)
      SENT:
      VOID:`,
    pairs: [pair('openChargeAgain', 'voidCharge')],
  },
  {
    name: 'refund asked for',
    domain: 'payment',
    make: async (on) => {
      const { id, key } = await captured(on);
      const [refund, charge] = [refundKey(id, 'refund'), await on.payment.charge(key)];
      return made(
        { id, key, refund },
        {
          openRefund: async ({ payment }) =>
            (await payment.openRefund(key, { key: refund, request: 'r' })).refund.state,
          refuseRefund: async ({ payment }) => (await payment.refuseRefund(charge, refund, 'r')).state,
        },
      );
    },
    state: REFUND,
    life: `
      none, 0 reserved, 7000 held: openRefund → SENT, 7000 reserved, 7000 held (refund-sent);
        refuseRefund → NOT_REFUNDED, 0 reserved, 7000 held (not-refunded)
      SENT, 7000 reserved, 7000 held:
      NOT_REFUNDED, 0 reserved, 7000 held:`,
    pairs: [pair('openRefund', 'refuseRefund')],
  },
  {
    name: 'refund sent',
    domain: 'payment',
    make: async (on) => {
      const { id, key } = await captured(on);
      const { refund } = await on.payment.openRefund(key, { key: refundKey(id, 'refund') });
      return made(
        { id, key, refund: refund.key },
        {
          'settleRefund REFUNDED': ({ payment }) => payment.settleRefund(refund, 'REFUNDED'),
          'settleRefund NOT_REFUNDED': ({ payment }) => payment.settleRefund(refund, 'NOT_REFUNDED'),
          refundLate: async ({ payment }) => orRefused(await payment.refundLate(refund), 'settled before'),
        },
      );
    },
    state: REFUND,
    life: `
      SENT, 7000 reserved, 7000 held: settleRefund REFUNDED, refundLate → REFUNDED, 7000 reserved, 0 held (refunded);
        settleRefund NOT_REFUNDED → NOT_REFUNDED, 0 reserved, 7000 held (not-refunded)
      NOT_REFUNDED, 0 reserved, 7000 held: refundLate → REFUNDED, 7000 reserved, 0 held (refunded)
      REFUNDED, 7000 reserved, 0 held: refundLate ✗ settled before`,
    pairs: [
      pair('settleRefund REFUNDED', 'settleRefund NOT_REFUNDED'),
      pairThatLasts('it has happened', 'refundLate', 'settleRefund NOT_REFUNDED'),
    ],
  },
  rivals('one charge', 'payment', {
    act: 'openRefund',
    told: 'refund-sent',
    refused: 'ExceedsCharge',
    rows: 'payment.refunds | key | true',
    make: async (on) => {
      const { id, key } = await captured(on);
      const refunding = (step: string) => ({
        id: refundKey(id, step),
        act: ({ payment }: Services) => payment.openRefund(key, { key: refundKey(id, step) }),
      });
      return { first: refunding('refund'), other: refunding(UNDO) };
    },
  }),
  {
    name: 'parked money',
    domain: 'payment',
    make: async (on) => {
      const { id, key } = await captured(on);
      const about = refundKey(id, UNDO);
      const parked = { key: about, id: newId('prk'), business_id: id, workflow_id: id, amount: 7_000 };
      const stuck = { kind: 'UNDO', state: 'NEEDS_OPERATOR', error: 'refused', parked_at: new Date() };
      await on.db('payment.parked').insert({ ...parked, ...stuck });
      const decision = { about, reason: 'x', by: 'sora', answerBy: inAnHour() };
      return made(
        { id, parked: parked.id, key, about },
        {
          'decide to settle': ({ parking }) => parking.decide({ ...decision, action: 'settle', key: 's' }),
          'decide to write off': ({ parking }) =>
            parking.decide({ ...decision, action: 'write-off', key: 'w' }),
          openRefund: ({ payment }) => payment.openRefund(key, { key: about }),
        },
      );
    },
    state: `SELECT concat_ws(' ', p.state, c.refunded, (SELECT string_agg(r.state, ' ' ORDER BY r.key)
        FROM payment.refunds r WHERE charge_key = c.key)) AS state
      FROM payment.charges c, payment.parked p WHERE c.key = :key AND p.key = :about`,
    life: `
      NEEDS_OPERATOR 0: openRefund → NEEDS_OPERATOR 7000 SENT (refund-sent);
        decide to settle → SETTLED 7000 SETTLED (operator-done refund-settled);
        decide to write off → WRITTEN_OFF 7000 WRITTEN_OFF (operator-done refund-written-off)
      NEEDS_OPERATOR 7000 SENT: decide to settle, decide to write off ✗ still-in-doubt
      SETTLED 7000 SETTLED: decide to write off ✗ not-parked; openRefund ✗ ExceedsCharge
      WRITTEN_OFF 7000 WRITTEN_OFF: decide to settle ✗ not-parked; openRefund ✗ ExceedsCharge`,
    pairs: [pair('decide to settle', 'decide to write off'), pair('openRefund', 'decide to settle')],
  },
];
