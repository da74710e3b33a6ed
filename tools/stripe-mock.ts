import { join } from 'node:path';
import { cached, type Way } from './cache';
import { architecture, platform } from './download';
import { ClearError } from '../engine/fail-clearly';
import { launch, type Running } from '../engine/launch';
import type { Say } from '../engine/progress';
import { onPath, outputOf } from './programs';
import { until } from '../engine/wait';
import { fromArchive, withGo } from './ways';

const VERSION = '0.203.0';
const READY_WITHIN_MS = 20_000;

/**
 * Stripe's own mock server, which checks requests against Stripe's OpenAPI description: from PATH, from the cache,
 * from its release, or built with Go.
 * @returns its path
 * @throws ClearError saying what to install
 */
export async function resolveStripeMock({ cache, say }: { cache: string; say: Say }): Promise<string> {
  const installed = onPath('stripe-mock');
  if (installed !== undefined && (await works(installed))) return installed;
  return cached({
    what: `stripe-mock ${VERSION}`,
    folder: join(cache, `stripe-mock-${VERSION}`),
    file: process.platform === 'win32' ? 'stripe-mock.exe' : 'stripe-mock',
    works,
    ways: [download(say), build(say)],
    say,
  });
}

const works = async (path: string) => (await outputOf(path, ['-version'])) !== undefined;

const download = (say: Say): Way => {
  const archive = `stripe-mock_${VERSION}_${platform()}_${architecture()}.tar.gz`;
  const url = `https://github.com/stripe/stripe-mock/releases/download/v${VERSION}/${archive}`;
  return fromArchive(url, `Downloading stripe-mock ${VERSION} (once, about 10 MB)`, say);
};

const build = (say: Say): Way =>
  withGo(
    `github.com/stripe/stripe-mock@v${VERSION}`,
    `Building stripe-mock ${VERSION} with Go (once, about 20 s)`,
    say,
    'no Go found: install Go 1.22+, or stripe-mock itself on PATH',
  );

export interface StripeMock extends Running {
  /** http://127.0.0.1:port */
  url: string;
}

/**
 * Starts stripe-mock on a free port of 127.0.0.1.
 * @param binary from resolveStripeMock
 * @throws ClearError with its last lines when it does not listen
 */
export async function startStripeMock(binary: string): Promise<StripeMock> {
  let address: string | undefined;
  const running = await launch({
    name: 'stripe-mock',
    command: binary,
    // Without an address for HTTPS it takes port 12112 of all interfaces, and a second one cannot start.
    args: ['-http-addr', '127.0.0.1:0', '-https-addr', '127.0.0.1:0'],
    onLine: (line) => (address ??= /^Listening for HTTP at address: (\S+)/.exec(line)?.[1]),
  });
  const life = { over: false };
  void running.ended.then(() => (life.over = true));
  await until(() => life.over || address !== undefined, { withinMs: READY_WITHIN_MS, everyMs: 20 });
  if (life.over || address === undefined) {
    await running.stop(1_000);
    throw new ClearError(`stripe-mock did not start:\n${running.tail()}`);
  }
  return { ...running, url: `http://${address}` };
}
