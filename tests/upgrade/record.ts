import '../../engine/fail-clearly';
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOut } from '../../scripts/checkout';
import { ClearError } from '../../engine/fail-clearly';
import { say } from '../../engine/progress';
import { pidsServing } from '../../drill/pollers';
import { pause, until } from '../../engine/wait';
import { inMidCharge, withAllUp, withServicesOut } from './begin';
import { Customers } from './customers';
import { pack, type Things } from './data-folder';
import { KINDS } from './endings';
import { npmStart, type Started } from './npm-start';

const LEFT_OUT = ['payment', 'billing', 'delivery', 'boxoffice'];
const SETTINGS = {
  OPERATOR_AFTER_SECONDS: '1',
  // A bike that is kept for years is still paid for by one top-up.
  TARIFF_STEP_KRW: '1',
  // Nobody is refused because of the charges that are lost on purpose.
  BREAKER_CALLS: '1000',
};
/** Charges stay under way for so long: below the 2 s of the step that asks. */
const SLOW_PAYMENT = { PAYMENT_LIMIT_MS: '1900' };

/** `npm run upgrade:record -- <commit>`: keeps a data folder of that commit, with everything under way, for upgrade.test.ts. */
async function main([commit]: string[]): Promise<void> {
  if (commit === undefined) throw new ClearError('Of which commit? npm run upgrade:record -- <commit>');
  const scratch = await mkdtemp(join(tmpdir(), 'haru-upgrade-'));
  try {
    // PostgreSQL, which as root runs as somebody else, must reach its own binaries in there.
    await chmod(scratch, 0o755);
    const [source, home] = [join(scratch, 'source'), join(scratch, 'home')];
    const name = checkOut(commit, source);
    const things = await record(source, home);
    const file = await pack(home, { commit: name, recordedAt: new Date().toISOString(), things });
    say(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB; to be tested in half an hour.`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function record(source: string, home: string): Promise<Things> {
  const wanted = {
    source,
    home,
    env: { ...process.env, ...SETTINGS },
    onLine: (line: string) => say(`  ${line}`),
  };
  const first = await npmStart(wanted);
  const customers = await Customers.begin(first.stack);
  await withAllUp(customers);
  await first.stop();

  const second = await npmStart({ ...wanted, args: [`--without=${LEFT_OUT.join(',')}`] });
  const payment = await second.script('worker', ['payment'], SLOW_PAYMENT);
  const { connection } = await second.stack.temporal;
  const polls = async () => (await pidsServing(connection, 'default', 'payment')).length > 0;
  if (!(await until(polls, { withinMs: 60_000 }))) throw new Error('payment asks for no work');
  const there = await customers.on(second.stack);
  await withServicesOut(there);
  const [paying, ...others] = [
    'dist/workers/main.js payment',
    'dist/workers/main.js movie',
    'dist/api/main.js',
  ].map((command) => pidOf(join(source, command)));
  const frozen: number[] = [];
  const freeze = (pid: number | undefined) => {
    if (pid === undefined) throw new Error('nothing to freeze');
    process.kill(pid, 'SIGSTOP');
    frozen.push(pid);
  };
  await inMidCharge(there, { payment: () => freeze(paying), others: () => others.forEach(freeze) });
  await shrinkLog(second);
  const stopped = second.stop();
  await pause(200);
  for (const pid of frozen) process.kill(pid, 'SIGKILL');
  await Promise.all([stopped, payment.ended]);
  if (existsSync(join(home, 'postgres', 'postmaster.pid')))
    throw new Error('PostgreSQL was not shut down cleanly');

  const { things } = there;
  const missing = KINDS.filter((kind) => things[kind] === undefined);
  if (missing.length > 0) throw new Error(`not under way: ${missing.join(', ')}`);
  return things as Things;
}

/** Segments of the write-ahead log that are done with are removed, not kept to be written over. */
async function shrinkLog({ stack: { db } }: Started): Promise<void> {
  await db.raw('ALTER SYSTEM SET wal_recycle = off');
  await db.raw("ALTER SYSTEM SET min_wal_size = '32MB'");
  await db.raw('SELECT pg_reload_conf()');
  await pause(200);
  await db.raw('SELECT pg_switch_wal()');
  await db.raw('CHECKPOINT');
  await db.raw('ALTER SYSTEM RESET ALL');
}

function pidOf(command: string): number | undefined {
  const line = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .find((each) => each.includes(command));
  return line === undefined ? undefined : Number(line.trim().split(' ', 1)[0]);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
