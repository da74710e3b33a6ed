import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, NO_HURRY } from '../../activities/database';
import { until } from '../../engine/wait';
import { ROOT } from '../../root';
import { PAID_WITHIN_MS } from '../../workflows/food/policy';
import { recordedFolders, unpack } from './data-folder';
import { ENDINGS, KINDS, upgraded } from './endings';
import { npmStart, type Started } from './npm-start';

describe.each(recordedFolders())('on a data folder of commit $commit', (manifest) => {
  let home: string;
  let haru: Started;
  beforeAll(async () => {
    const pastAt = new Date(Date.parse(manifest.recordedAt) + PAID_WITHIN_MS);
    if (pastAt > new Date()) throw new Error(`until ${pastAt.toISOString()} its orders may still be paid`);
    home = await mkdtemp(join(tmpdir(), 'haru-upgrade-'));
    await unpack(manifest, home);
    await takeBundleAlong(home);
    const onLine = (line: string) => line.includes('"level":50') && process.stderr.write(`${line}\n`);
    // What was parked when it was recorded is parked still, however long ago that was.
    haru = await npmStart({ source: ROOT, home, env: { OPERATOR_AFTER_SECONDS: '1' }, onLine });
  }, 120_000);
  afterAll(async () => {
    await haru?.stack.stop({ lawful: false });
    await haru?.stop();
    if (home !== undefined) await rm(home, { recursive: true, force: true });
  });

  /** Ids of the things whose workflow runs still. */
  async function running(): Promise<string[]> {
    const { workflow } = await haru.stack.temporal;
    const ours = new Set(Object.values(manifest.things).map(({ id }) => id));
    const ids: string[] = [];
    for await (const { workflowId } of workflow.list({ query: "ExecutionStatus = 'Running'" }))
      if (ours.has(workflowId)) ids.push(workflowId);
    return ids;
  }

  test('the password that everyone knew lets nobody in, and what is written is for its owner alone', async () => {
    const known = new URL(haru.stack.env.DATABASE_URL ?? '');
    known.password = 'haru';
    const db = connect(known.href, 1, NO_HURRY);
    await expect(db.raw('SELECT 1')).rejects.toThrow('password authentication failed');
    await db.destroy();
    const mode = async (...path: string[]) => ((await stat(join(home, ...path))).mode & 0o066).toString(8);
    for (const path of [
      [],
      ['postgres'],
      ['postgres.url'],
      ['postgres.app.url'],
      ['dev-token-secret'],
      ['logs', 'postgres.log'],
    ])
      expect([path, await mode(...path)]).toEqual([path, '0']);
  });

  test('its processes own nothing of it: they cannot change the ledger, nor what keeps it from being changed', async () => {
    const { db } = haru.stack;
    const there = db('pg_stat_activity').whereLike('application_name', 'haru %');
    expect(await there.distinct().pluck<string[]>('usename')).toEqual(['haru_app']);
    expect(await db('pg_class').whereRaw("relowner = 'haru_app'::regrole")).toEqual([]);
    const app = connect((await readFile(join(home, 'postgres.app.url'), 'utf8')).trim(), 1, NO_HURRY);
    const denied = async (statement: string) =>
      app.raw(statement).then(
        () => 'done',
        (error: unknown) => String(error),
      );
    for (const [statement, because] of [
      ['UPDATE payment.entries SET amount = 0', 'permission denied for table entries'],
      ['DELETE FROM payment.transfers', 'permission denied for table transfers'],
      ['TRUNCATE payment.decisions', 'permission denied for table decisions'],
      ['DROP TRIGGER decisions_stay ON payment.decisions', 'must be owner of relation decisions'],
      ['ALTER TABLE payment.entries DISABLE TRIGGER ALL', 'must be owner of table entries'],
      ['CREATE TABLE payment.mine (id int)', 'permission denied for schema payment'],
      ["COPY payment.parked TO PROGRAM 'cat'", 'permission denied to COPY to or from an external program'],
      ['UPDATE payment.migrations SET batch = 0', 'permission denied for table migrations'],
    ] as const)
      expect(await denied(statement)).toContain(because);
    await app.destroy();
  });

  const things = KINDS.filter((kind) => manifest.things[kind] !== undefined);
  test.each(things.map((kind) => [ENDINGS[kind].ends, kind] as const))('%s', async (_, kind) => {
    const thing = manifest.things[kind];
    await ENDINGS[kind].end(await upgraded(haru.stack, thing), thing);
  });

  test('the workflow of each of them has ended', async () => {
    await until(async () => (await running()).length === 0, { withinMs: 10_000 });
    expect(await running()).toEqual([]);
  });

  test('npm run audit finds no breach', async () => {
    const { code, output } = await haru.stack.run('operations/audit.ts');
    expect(output).toMatch(/^\d+ hold, 0 broken$/m);
    expect(code).toBe(0);
  });
});

/** The bundle is the same whatever folder it is kept in, and takes seconds to make. */
async function takeBundleAlong(home: string): Promise<void> {
  const from = process.env.TEST_HOME ?? '';
  for (const name of await readdir(from))
    if (name.startsWith('workflows-')) await cp(join(from, name), join(home, name));
}
