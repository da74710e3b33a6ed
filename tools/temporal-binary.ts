import { join } from 'node:path';
import { cached, type Way } from './cache';
import { architecture, platform } from './download';
import type { Say } from '../engine/progress';
import { onPath, outputOf } from './programs';
import { fromArchive, withGo } from './ways';

// The last release that `go install` can build: later ones carry a replace directive.
const VERSION = '1.5.1';
// Update-with-Start and the dynamic settings that we use.
const OLDEST_SERVER = [1, 28] as const;

/**
 * The `temporal` program: from PATH, from the cache, from the official download, or built with Go.
 * @param cache folder outside the checkout, shared by all checkouts
 * @returns its path
 * @throws ClearError saying what to install
 */
export async function resolveTemporal({ cache, say }: { cache: string; say: Say }): Promise<string> {
  const installed = onPath('temporal');
  if (installed !== undefined) {
    if (await works(installed)) return installed;
    say(
      `${installed} does not serve (needs server ${OLDEST_SERVER.join('.')} or later): using one of our own.`,
    );
  }
  return cached({
    what: `Temporal ${VERSION}`,
    folder: join(cache, `temporal-${VERSION}`),
    file: process.platform === 'win32' ? 'temporal.exe' : 'temporal',
    works,
    ways: [download(say), build(say), none],
    say,
  });
}

async function works(path: string): Promise<boolean> {
  const [, major, minor] = /Server (\d+)\.(\d+)/.exec((await outputOf(path, ['--version'])) ?? '') ?? [];
  if (major === undefined) return false;
  return (
    Number(major) > OLDEST_SERVER[0] ||
    (Number(major) === OLDEST_SERVER[0] && Number(minor) >= OLDEST_SERVER[1])
  );
}

const download = (say: Say): Way =>
  fromArchive(
    `https://temporal.download/cli/archive/v${VERSION}?platform=${platform()}&arch=${architecture()}`,
    `Downloading Temporal ${VERSION} (once, about 60 MB)`,
    say,
  );

const build = (say: Say): Way =>
  withGo(
    `github.com/temporalio/cli/cmd/temporal@v${VERSION}`,
    `No download: building Temporal ${VERSION} with Go (once, about 3 to 5 minutes)`,
    say,
  );

const none: Way = {
  name: 'what to do',
  into: () =>
    Promise.reject(
      new Error(
        'install the Temporal CLI (https://docs.temporal.io/cli) or Go 1.24+, or set TEMPORAL_ADDRESS to a server',
      ),
    ),
};
