import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, type Way } from './cache';
import { architecture, downloadArchive, fetchJson, platform } from './download';
import { withProgress, type Say } from '../engine/progress';
import { outputOf } from './programs';
import { withMaven } from './ways';

const VERSION = '1.38.0';
const FILE = 'temporal-test-server';

/**
 * The test server that skips time, for
 * `TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } })`:
 * from the cache, from the download that the SDK uses, or from Maven Central.
 * @returns its path
 * @throws ClearError saying what to install
 */
export const resolveTimeSkipping = ({ cache, say }: { cache: string; say: Say }): Promise<string> =>
  cached({
    what: `Temporal's time-skipping test server`,
    folder: join(cache, `temporal-test-server-${VERSION}`),
    file: FILE,
    works,
    ways: [
      download(say),
      withMaven(
        { pom: POM, script: SCRIPT, file: FILE, java: 11 },
        `No download: getting Temporal's time-skipping test server with Maven (once)`,
        say,
      ),
    ],
    say,
  });

/** With --help the native one prints its usage; the script answers to --check. */
async function works(path: string): Promise<boolean> {
  const script = readFileSync(path).subarray(0, 2).toString() === '#!';
  return (await outputOf(path, [script ? '--check' : '--help'])) !== undefined;
}

const download = (say: Say): Way => ({
  name: 'official download',
  into: (folder) =>
    withProgress(
      `Downloading Temporal's time-skipping test server (once)`,
      async () => {
        const sdk = JSON.parse(readFileSync(require.resolve('@temporalio/testing/package.json'), 'utf8')) as {
          version: string;
        };
        const query = `arch=${architecture()}&platform=${platform()}&format=tar.gz&sdk-name=sdk-typescript&sdk-version=${sdk.version}`;
        const info = await fetchJson(`https://temporal.download/temporal-test-server/default?${query}`);
        const { archiveUrl, fileToExtract } = info as { archiveUrl: string; fileToExtract: string };
        await downloadArchive(archiveUrl, folder, fileToExtract.split('/').length - 1);
      },
      say,
    ),
});

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>haru</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

// The SDK passes the port, and kills the process that it started: hence exec. No --enable-time-skipping: the
// SDK unlocks time itself, and with the flag every env.sleep() skips twice as far.
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
[ "$1" = --check ] && { java -version 2>/dev/null && ls "$here"/jars/temporal-test-server-*.jar >/dev/null 2>&1; exit; }
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$here/jars/*" io.temporal.testserver.TestServer "$@"
`;
