import { until } from '../../engine/wait';
import { TcpProxy } from '../faults/tcp-proxy';
import { freePort } from '../free-port';
import { stackEnvironment, TestStack } from '../test-stack';

const SOON = { withinMs: 20_000, everyMs: 100 };

let stack: TestStack;
const proxies = {} as Record<'boxoffice' | 'views', TcpProxy>;
const ports = {} as Record<'boxoffice' | 'views', number>;
beforeAll(async () => {
  const server = process.env.TEST_POSTGRES_URL ?? '';
  for (const part of ['boxoffice', 'views'] as const) {
    proxies[part] = await TcpProxy.start(server);
    ports[part] = await freePort();
  }
  const env = await stackEnvironment({ TEMPORAL_DEBUG: '1', HEALTH_STALLED_SECONDS: '3' });
  const url = env.DATABASE_URL ?? '';
  env.BOXOFFICE_DATABASE_URL = proxies.boxoffice.through(url);
  env.VIEWS_DATABASE_URL = proxies.views.through(url);
  stack = new TestStack(env);
  stack.quiet = true;
  await Promise.all([
    stack.work(['boxoffice'], undefined, { HEALTH_PORT: String(ports.boxoffice) }),
    stack.follow(['views'], { HEALTH_PORT: String(ports.views) }),
  ]);
}, 90_000);
afterAll(async () => {
  await stack.stop({ lawful: false });
  for (const proxy of Object.values(proxies)) await proxy.cut();
});

interface Told {
  status: number;
  /** Parts that are not ok. */
  missing: string[];
}

async function told(part: keyof typeof ports, path: string): Promise<Told> {
  const answer = await fetch(`http://127.0.0.1:${ports[part]}${path}`);
  const { parts } = (await answer.json()) as { parts: Record<string, { ok: boolean }> };
  const missing = Object.keys(parts).filter((name) => !parts[name]?.ok);
  return { status: answer.status, missing };
}

/** Asks until that is the answer. */
async function tells(part: keyof typeof ports, path: string, wanted: Told): Promise<void> {
  let last: Told | undefined;
  const said = async () => JSON.stringify((last = await told(part, path))) === JSON.stringify(wanted);
  await until(said, SOON);
  expect(last).toEqual(wanted);
}
const WELL: Told = { status: 200, missing: [] };

test('a worker is alive and ready; without its database it is alive alone', async () => {
  await tells('boxoffice', '/healthz', WELL);
  await tells('boxoffice', '/readyz', WELL);
  await proxies.boxoffice.cut();
  await tells('boxoffice', '/readyz', { status: 503, missing: ['database boxoffice'] });
  expect(await told('boxoffice', '/healthz')).toEqual(WELL);
  await proxies.boxoffice.restore();
  await tells('boxoffice', '/readyz', WELL);
});

test('a relay is alive and ready; without its database it goes on trying, and so is alive alone', async () => {
  await tells('views', '/healthz', WELL);
  await tells('views', '/readyz', WELL);
  await proxies.views.cut();
  await tells('views', '/readyz', { status: 503, missing: ['views', 'database views'] });
  await tells('views', '/healthz', WELL);
  await proxies.views.restore();
  await tells('views', '/readyz', WELL);
});

test('a relay whose loops hang, for its database says nothing any more, is not alive', async () => {
  proxies.views.stall();
  await tells('views', '/healthz', { status: 503, missing: ['views'] });
  expect((await told('views', '/readyz')).status).toBe(503);
  await proxies.views.cut();
  await proxies.views.restore();
  await tells('views', '/healthz', WELL);
  await tells('views', '/readyz', WELL);
});

test('one that is frozen does not answer; nothing else is served', async () => {
  stack.freeze('worker boxoffice');
  const url = `http://127.0.0.1:${ports.boxoffice}`;
  await expect(fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1_000) })).rejects.toThrow();
  stack.thaw('worker boxoffice');
  await tells('boxoffice', '/healthz', WELL);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
});
