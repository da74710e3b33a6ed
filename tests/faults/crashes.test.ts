import type { Service } from '../../config';
import type { BookingStatus } from '../../workflows/movie/contract';
import { card, Cinema } from '../cinema';
import type { Answer, Customer } from '../customer';
import { startSystem, type System } from '../system';
import { breachesAfter } from './lawful';
import { bookingOf, restOf, ticketIssued } from './rest';

/** What someone asks for while a worker dies; `wins` is the booking's status once it was answered with success. */
interface Act {
  wins: BookingStatus;
  /** Past `answerBy` a booking is refused; what a worker took up is waited for, since it will be decided. */
  answeredWithinMs: number;
  play: (cinema: Cinema, customer: Customer) => Promise<Answer>;
}

const booking = (token?: string): Act => ({
  wins: 'BOOKED',
  answeredWithinMs: 6_000,
  play: (cinema, customer) => cinema.book(customer, ['1A'], card(token)),
});

const deciding = (wins: BookingStatus, verb: string, who: (customer: Customer) => Customer): Act => ({
  wins,
  answeredWithinMs: 21_000,
  play: async (cinema, customer) => {
    const id = await cinema.booked(customer, ['1A']);
    await ticketIssued(system, id);
    return who(customer).post(`/v1/bookings/${id}/${verb}`);
  },
});
const cancelling = deciding('CANCELLED', 'cancel', (customer) => customer);
const collecting = deciding('COLLECTED', 'collect', () => staff);

type End = [answer: number | number[], end: BookingStatus];
/** The step, whose worker dies before or after it, what is asked for meanwhile, and both ends. */
const STEPS: [service: Service, step: string, act: Act, before: End, after: End][] = [
  ['payment', 'charge', booking(), [503, 'FAILED'], [503, 'FAILED']],
  ['payment', 'giveBack', booking('tok_error_after'), [503, 'FAILED'], [503, 'FAILED']],
  // The provider alone knows; the customer is told in time when a worker comes back in time.
  ['payment', 'refund', cancelling, [503, 'BOOKED'], [[200, 503], 'CANCELLED']],

  ['boxoffice', 'issueTicket', booking(), [201, 'BOOKED'], [201, 'BOOKED']],
  ['boxoffice', 'handTicketOut', collecting, [503, 'BOOKED'], [503, 'BOOKED']],
  ['boxoffice', 'voidTicket', cancelling, [200, 'CANCELLED'], [200, 'CANCELLED']],

  ['movie', 'holdSeats', booking(), [503, 'FAILED'], [503, 'FAILED']],
  ['movie', 'confirm', booking(), [503, 'FAILED'], [201, 'BOOKED']],
  ['movie', 'freeSeats', booking('tok_declined'), [503, 'FAILED'], [402, 'FAILED']],
  ['movie', 'ticketIssued', booking(), [201, 'BOOKED'], [201, 'BOOKED']],
  ['movie', 'cancel', cancelling, [[200, 503], 'CANCELLED'], [200, 'CANCELLED']],
  ['movie', 'collect', collecting, [503, 'BOOKED'], [200, 'COLLECTED']],
];
const CRASHES = STEPS.flatMap(([service, step, act, before, after]) =>
  Object.entries({ before, after }).map(([when, end]) => ({ service, when, step, act, end })),
);

interface Played {
  customer: string;
  answer: Promise<Answer>;
}

let system: System;
let staff: Customer;
const played = new Map<(typeof CRASHES)[number], Played>();

/** One doomed worker after the other; what they leave behind is for those that come after. */
beforeAll(async () => {
  system = await startSystem({ apart: true });
  staff = await system.customer({ roles: ['staff'] });
  for (const service of ['payment', 'boxoffice', 'movie'] as const) {
    await system.kill(`worker ${service}`);
    for (const crash of CRASHES.filter((crash) => crash.service === service))
      played.set(crash, await playUntilDeath(crash));
    await system.work([service]);
  }
}, 240_000);
afterAll(() => system.stop());

async function playUntilDeath({ service, when, step, act }: (typeof CRASHES)[number]): Promise<Played> {
  const [cinema, customer] = await Promise.all([Cinema.open(system), system.customer()]);
  await system.work([service], `${when}:${step} of ${customer.user} ${cinema.screeningId}`);
  const answer = act.play(cinema, customer);
  if (!(await system.died(`worker ${service}`, 20_000))) throw new Error(`nobody died ${when} ${step}`);
  return { customer: customer.user, answer };
}

test.each(CRASHES)('kill -9 of the $service worker $when $step', async (crash) => {
  const { act, end } = crash;
  const { customer, answer } = played.get(crash)!;
  const { status, ms } = await answer;
  const id = await bookingOf(system, customer);

  const rest = await restOf(system, id);
  expect(await breachesAfter(system, id, 0)).toEqual([]);
  expect([end[0]].flat()).toContain(status);
  expect(ms).toBeLessThan(act.answeredWithinMs);
  expect(rest).toBe(end[1] === 'BOOKED' ? 'RUNNING' : end[1]);
  if (status < 300) expect(end[1]).toBe(act.wins);
  // A cancel whose refund had gone out is the one thing that a refusal cannot undo.
  else if (act !== cancelling) expect(end[1]).not.toBe(act.wins);
});
