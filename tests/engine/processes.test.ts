import { launch } from '../../engine/launch';
import { createSupervisor } from '../../engine/processes';
import { until } from '../../engine/wait';

const said: string[] = [];
const script = (name: string, code: string) => ({
  name,
  begin: () => launch({ name, command: process.execPath, args: ['-e', code] }),
  advice: 'read its lines.',
});
const STAY = 'setInterval(() => {}, 1000)';
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeEach(() => said.splice(0));
const say = (line: string) => void said.push(line);

test('a process that dies is named with how it died, and started again', async () => {
  const supervisor = createSupervisor(say);
  const starts: number[] = [];
  const { begin, ...rest } = script('worker', STAY);
  await supervisor.keep({
    ...rest,
    begin: async () => {
      const running = await begin();
      starts.push(running.pid);
      return running;
    },
  });
  process.kill(starts[0] as number, 'SIGKILL');
  await until(() => starts.length === 2, { withinMs: 3_000 });
  expect(said[0]).toBe('worker ended (signal SIGKILL); starting it again in 0.2 s.');
  expect(starts).toHaveLength(2);
  await supervisor.stop();
  expect(starts.some(isAlive)).toBe(false);
});

test('who keeps dying is tried ever more slowly, with advice', async () => {
  const supervisor = createSupervisor(say);
  await supervisor.keep(script('api', 'process.exit(3)'));
  await until(() => said.length >= 4, { withinMs: 5_000 });
  expect(said.slice(0, 4)).toEqual([
    'api ended (exit code 3); starting it again in 0.2 s.',
    'api ended (exit code 3); starting it again in 1 s.',
    'api ended (exit code 3); starting it again in 2 s.',
    'api keeps dying: read its lines.',
  ]);
  await supervisor.stop();
});

test('stopping goes from the newest to the oldest, and kills who does not listen', async () => {
  const supervisor = createSupervisor(say);
  const order: string[] = [];
  const deaf = `process.on('SIGTERM', () => {}); console.log('up'); ${STAY}`;
  for (const [name, code] of [
    ['database', STAY],
    ['api', deaf],
  ] as const) {
    const running = await supervisor.keep(script(name, code));
    void running.ended.then(({ signal }) => order.push(`${name} ${signal}`));
    await until(() => name === 'database' || running.tail() === 'up', { withinMs: 3_000 });
  }
  await supervisor.stop(1_000);
  expect(order).toEqual(['api SIGKILL', 'database SIGTERM']);
  expect(said).toEqual([]);
});
