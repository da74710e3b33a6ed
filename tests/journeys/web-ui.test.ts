import type { Payload } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../engine/wait';
import { ROOT } from '../../root';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes';
import { card, Cinema, ticketIssued } from '../cinema';
import type { TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let cinema: Cinema;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA, env: { OPERATOR_AFTER_SECONDS: '1' } });
  cinema = await Cinema.open(stack);
});
afterAll(() => stack.stop());

/** Whether the engine finds one workflow of the customer by that outcome: it lists somewhat late. */
async function isFoundAs(outcome: string, { user }: TestClient): Promise<boolean> {
  const { workflow } = await stack.temporal;
  const query = `HaruCustomer = '${user}' AND HaruDomain = 'movie' AND HaruOutcome = '${outcome}'`;
  return until(async () => (await workflow.count(query)).count === 1, { withinMs: 20_000 });
}

async function eventsOf(id: string): Promise<NonNullable<History['events']>> {
  const { events } = await (await stack.temporal).workflow.getHandle(id).fetchHistory();
  return events ?? [];
}

const textOf = (payload?: Payload | null) => (payload?.data ? new TextDecoder().decode(payload.data) : '');

test('a booking is found by what became of it', async () => {
  const [collector, refused, canceller] = await Promise.all([stack.signIn(), stack.signIn(), stack.signIn()]);
  const staff = await stack.signIn({ roles: ['staff'] });

  const kept = await cinema.booked(collector, ['1A']);
  await ticketIssued(collector, kept);
  expect(await isFoundAs('open', collector)).toBe(true);
  expect((await staff.post(`/v1/bookings/${kept}/collect`)).status).toBe(200);
  expect(await isFoundAs('kept', collector)).toBe(true);

  expect((await cinema.book(refused, ['1B'], card('tok_declined'))).status).toBe(402);
  expect(await isFoundAs('refused', refused)).toBe(true);

  const cancelled = await cinema.booked(canceller, ['1C']);
  expect((await canceller.post(`/v1/bookings/${cancelled}/cancel`)).status).toBe(200);
  expect(await isFoundAs('cancelled', canceller)).toBe(true);
});

test('a booking that waits for an operator is found as parked', async () => {
  const minji = await stack.signIn();
  await stack.provider.faults({ latencyMs: [1_500, 1_500] });
  expect((await cinema.book(minji, ['2A'], card('tok_norefund'))).status).toBe(503);
  await stack.provider.heal();
  expect(await isFoundAs('parked', minji)).toBe(true);
});

test('its page says what it is about, and why it was refused', async () => {
  const minji = await stack.signIn();
  await cinema.book(minji, ['3A'], card('tok_declined'));
  const { data } = (await minji.get('/v1/bookings')).body;
  const workflow = (await stack.temporal).workflow.getHandle(data[0].id);
  const { staticSummary, staticDetails } = await workflow.describe();
  expect(await staticSummary()).toBe('3A · 기생충 · 10,000 KRW');
  expect(await staticDetails()).toContain(`**customer**: ${minji.user}`);
  const { currentDetails } = await workflow.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toContain('### FAILED because of `payment-declined`');
  expect(currentDetails).toContain('**hold seats**: undone');
});

test('a history has times that can be read, and says what each step does and each timer waits for', async () => {
  const minji = await stack.signIn();
  const id = await cinema.booked(minji, ['4A', '4B']);
  await ticketIssued(minji, id);
  const events = await eventsOf(id);

  const input = textOf(events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]);
  expect(input).toMatch(/"endsAt":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
  const summaries = events
    .filter((event) => event.timerStartedEventAttributes ?? event.activityTaskScheduledEventAttributes)
    .map(({ userMetadata }) => textOf(userMetadata?.summary).slice(1, -1));
  expect(summaries).toEqual(
    expect.arrayContaining([
      'charge 20,000 KRW to a card',
      'issue a ticket for seats 4A, 4B',
      expect.stringMatching(/^until the screening ends, 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC$/),
    ]),
  );
  expect(summaries).not.toContain('');
});

test('the containers’ Temporal is taught the same search attributes', () => {
  const script = readFileSync(join(ROOT, 'deploy', 'temporal', 'namespace.sh'), 'utf8');
  expect(/for attribute in (.*); do/.exec(script)?.[1]?.split(' ')).toEqual(SEARCH_ATTRIBUTES);
});
