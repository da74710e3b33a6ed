import type { Client } from '@temporalio/client';
import type { Operation } from '../../api/idempotency';
import { NoAnswer } from '../../api/reach';
import { Sagas } from '../../api/sagas';
import { configFrom } from '../../config';
import { booked, collectTicket } from '../../workflows/movie/messages';

const ONE_AT_A_TIME = configFrom({ SAGAS_AT_ONCE: '1', SAGAS_QUEUED: '1' });

/** An engine that answers nothing until it is told to. */
class SilentEngine {
  starts = 0;
  acts = 0;
  answer: () => void = () => undefined;
  private answered = this.silence();

  silence(): Promise<void> {
    return (this.answered = new Promise<void>((resolve) => (this.answer = resolve)));
  }

  readonly client = {
    withDeadline: (_until: number, ask: () => Promise<unknown>) => ask(),
    workflow: {
      executeUpdateWithStart: () => {
        this.starts++;
        return this.answered;
      },
      getHandle: () => ({
        startUpdate: () => {
          this.acts++;
          return this.answered.then(() => ({ result: () => Promise.resolve() }));
        },
      }),
    },
  } as unknown as Client;
}

let engine: SilentEngine;
let sagas: Sagas;
let refused: number;
afterEach(() => jest.restoreAllMocks());
beforeEach(() => {
  refused = 0;
  engine = new SilentEngine();
  sagas = new Sagas(engine.client, ONE_AT_A_TIME);
});

const operation = (callerLeft = () => false): Operation => ({
  ...{ key: 'mine', thingId: 'bkg_1', answerBy: Date.now() + 10_000, askedBefore: false },
  callerLeft,
});
const start = (asked = operation()) =>
  sagas.begin(
    {
      ...{ service: 'movie', workflow: 'bookSeats', args: [], answer: booked, customer: 'minji' },
      ...{ refuse: () => Promise.resolve(refused++), about: {}, summary: '' },
    },
    asked,
  );
const act = (asked = operation()) => sagas.ask('movie', 'bkg_1', collectTicket, asked, {});

test.each([
  ['acts that wait keep no booking out', act, start, () => engine.starts],
  ['bookings that wait keep no act out', start, act, () => engine.acts],
])('%s', async (_, waiting, other, arrived) => {
  const first = waiting();
  const queued = waiting();
  await expect(waiting()).rejects.toThrow('movie-unavailable');
  const through = other();
  await new Promise(setImmediate);
  expect(arrived()).toBe(1);
  engine.answer();
  await Promise.all([first, queued, through]);
});

test('an act in hand when the API stops is told to ask again, and nothing of it is refused', async () => {
  const leaving = new AbortController();
  sagas = new Sagas(engine.client, ONE_AT_A_TIME, leaving.signal);
  const waiting = [start(), act()];
  const told = Promise.all(waiting.map((one) => one.catch((error: unknown) => error)));
  await new Promise(setImmediate);
  leaving.abort();
  for (const error of await told) {
    expect(error).toBeInstanceOf(NoAnswer);
    expect(error).toMatchObject({ code: 'unavailable' });
  }
  expect(refused).toBe(0);
});

test('whoever would be begun too late is turned away on arrival; with nobody before them anybody is tried', async () => {
  let now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  sagas = new Sagas(engine.client, configFrom({ SAGAS_AT_ONCE: '1', SAGAS_QUEUED: '9' }));
  const inTime = (asked = operation()) => start({ ...asked, answerBy: now + 4_000 });
  const lasts = async (ms: number) => {
    void engine.silence();
    const one = inTime();
    now += ms;
    engine.answer();
    await one;
  };
  await lasts(1_000);
  void engine.silence();
  const letIn = [inTime(), inTime(), inTime(), inTime()];
  await expect(inTime()).rejects.toThrow('movie-unavailable');
  engine.answer();
  await Promise.all(letIn);
  // An outage is over as soon as one is served.
  await lasts(600_000);
  await lasts(10);
  expect(engine.starts).toBe(7);
});

test('what waits for its turn is not begun for a caller who has left', async () => {
  let left = false;
  const first = start();
  const queued = start(operation(() => left));
  left = true;
  engine.answer();
  await first;
  await expect(queued).rejects.toThrow('movie-unavailable');
  expect(engine.starts).toBe(1);
});
