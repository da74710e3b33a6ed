import type { Knex } from 'knex';
import { pause, until } from '../../engine/wait';
import { Courses } from '../courses';
import type { Answer, TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { HeldLocks } from './held-locks';

const KEY = 'asked-again';
/** An answer that has not been had by then never will be. */
const ANSWER_WITHIN_MS = 4_000;

let stack: TestStack;
let locks: HeldLocks;
let courses: Courses;
let minji: TestClient;
let id: string;
beforeAll(async () => {
  // One at a time is let in to courses.
  const env = { DATABASE_POOL: '2' };
  stack = await startStack({ quiet: true, only: [], listeners: [], env });
  locks = new HeldLocks(stack);
  courses = await Courses.open(stack);
});
beforeEach(async () => {
  minji = await stack.signIn();
  id = await courses.register();
});
afterAll(() => stack.stop());

const comment = () => minji.post(`/v1/courses/${id}/comments`, { text: '안녕' }, KEY);

const commented = async (): Promise<number> => {
  const rows: unknown[] = await stack.db('course.comments').where({ course_id: id });
  return rows.length;
};

/** Asked again there is one, and it is the same however often. */
async function oneComment(): Promise<void> {
  const [first, again] = [await comment(), await comment()];
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  expect(await commented()).toBe(1);
  expect((await minji.get(`/v1/courses/${id}`)).body.counts.comments).toBe(1);
}

afterEach(() => locks.releaseAll());

const TELLING = 'LOCK TABLE course.outbox IN EXCLUSIVE MODE';

test.each([
  ['before it has the course', `SELECT FROM course.courses WHERE id = :id FOR UPDATE`],
  ['when it has been written', TELLING],
])('a comment that is frozen %s, until its time is up, comes to nothing', async (_when, lock) => {
  const held = await locks.hold(lock.replace(':id', `'${id}'`));
  const asked = Date.now();
  const answer = comment();
  await locks.waiting(1);
  stack.freeze('api');
  try {
    await held.rollback();
    await pause(asked + ANSWER_WITHIN_MS + 300 - Date.now());
  } finally {
    stack.thaw('api');
  }
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'course-unavailable']);
  expect(await commented()).toBe(0);
  await oneComment();
});

test('who freezes with a course in hand lets go of it', async () => {
  const held = await locks.hold(TELLING);
  const answer = comment();
  await locks.waiting(1);
  stack.freeze('api');
  try {
    await held.rollback();
    const free = async () => {
      const row = await stack.db.transaction((tx) =>
        tx('course.courses').where({ id }).forUpdate().skipLocked().first<object | undefined>('id'),
      );
      return row !== undefined;
    };
    expect(await free()).toBe(false);
    expect(await until(free, { withinMs: 7_000 })).toBe(true);
  } finally {
    stack.thaw('api');
  }
  expect((await answer).body.code).toBe('course-unavailable');
  expect(await commented()).toBe(0);
  await oneComment();
});

/** A POST that makes something of courses, and how much of it there is. */
interface Making {
  ask: () => Promise<Answer>;
  made: () => Promise<string[]>;
}

const MAKING: Record<string, Making> = {
  comment: {
    ask: comment,
    made: async () => stack.db('course.comments').where({ course_id: id }).pluck<string[]>('id'),
  },
  course: {
    ask: () =>
      courses.host.post('/v1/courses', { title: id, content: '', reviewsAllowed: true }, `${KEY}-${id}`),
    made: async () => stack.db('course.courses').where({ title: id }).pluck<string[]>('id'),
  },
};

describe.each(Object.entries(MAKING))('the API is killed while a %s is at its commit', (_what, making) => {
  const AT_COMMIT = 4711;
  beforeAll(async () => {
    await stack.db.raw(`
      CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${AT_COMMIT}); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON course.outbox DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hold()`);
  });
  afterAll(() => stack.db.raw('DROP FUNCTION hold CASCADE'));

  /** @returns what holds the commit, and the time by which it was to be answered */
  async function killed(): Promise<{ held: Knex.Transaction; answerBy: number }> {
    const answerBy = Date.now() + ANSWER_WITHIN_MS;
    return { held: await locks.killApi(`SELECT pg_advisory_xact_lock(${AT_COMMIT})`, making.ask), answerBy };
  }

  async function restart(): Promise<void> {
    await stack.start('api');
    await stack.ready();
  }

  /** Asked again it is one. */
  async function madeOnce(): Promise<string[]> {
    const [first, again] = [await making.ask(), await making.ask()];
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    const made = await making.made();
    expect(made).toEqual([first.body.id]);
    return made;
  }

  /** @returns what stands though nobody heard of it, once the API is back; and the time by which it was to be answered */
  async function goneThrough(): Promise<{ made: string[]; answerBy: number }> {
    const { held, answerBy } = await killed();
    await held.rollback();
    expect(await until(async () => (await making.made()).length === 1, { withinMs: 2_000 })).toBe(true);
    const made = await making.made();
    await restart();
    return { made, answerBy };
  }

  test('that goes through: asked again, it is answered as made', async () => {
    const { made, answerBy } = await goneThrough();
    await pause(answerBy + 500 - Date.now());
    expect(await madeOnce()).toEqual(made);
  });

  test('that goes through, and the course is deleted: asked again, nothing is made anew', async () => {
    const { made, answerBy } = await goneThrough();
    const course = made.find((one) => one.startsWith('crs_')) ?? id;
    expect((await courses.host.call('DELETE', `/v1/courses/${course}`)).status).toBe(204);
    await pause(answerBy + 500 - Date.now());
    expect(await madeOnce()).toEqual(made);
  });

  test('that is given up: asked again, it is made', async () => {
    const { held } = await killed();
    await locks.waiting(0);
    await held.rollback();
    expect(await making.made()).toEqual([]);
    await restart();
    await madeOnce();
  });
});
