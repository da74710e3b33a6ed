// The door of every npm script: needs nothing but Node, and fetches the packages when they are missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stalePackages } from './installed.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [target, ...args] = process.argv.slice(2);

// Some packages are ES modules only, and are asked for by require().
if (!process.features.require_module)
  giveUp(`Haru needs Node 20.19, 22.12 or later; this is ${process.versions.node}.`);
if (target === undefined) giveUp('Usage: node engine/run.mjs <file.ts | tool> [arguments]');

const production = process.env.NODE_ENV === 'production';
const reason = whyInstall();
if (reason !== undefined) install(reason);
await run();

function whyInstall() {
  const recorded = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(recorded)) return 'The packages are not installed yet';
  try {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const stale = stalePackages(lock, JSON.parse(readFileSync(recorded, 'utf8')), { production });
    if (stale.length > 0) return `${stale.length} installed package(s) differ from package-lock.json`;
  } catch (error) {
    return `The installed packages cannot be compared (${error.message})`;
  }
  return undefined;
}

function install(why) {
  console.log(`${why}: running npm ci (a minute or two, once).`);
  if (npm('ci') === 0) return;
  // Registries that lack some platform's packages make npm ci refuse the lock; install keeps to its versions too.
  console.log('npm ci failed: trying npm install.');
  if (npm('install', '--no-save') !== 0)
    giveUp('The packages could not be installed; see above, then try again.');
}

function npm(...wanted) {
  const script = process.env.npm_execpath;
  const [command, before] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  return spawnSync(command, [...before, ...wanted, '--no-audit', '--no-fund', '--progress=true'], {
    cwd: root,
    stdio: 'inherit',
    // On Windows npm is a script, which only a shell runs.
    shell: process.platform === 'win32' && command === 'npm',
  }).status;
}

async function run() {
  const script = target.endsWith('.ts');
  const command = script ? process.execPath : join(root, 'node_modules', '.bin', target);
  const before = script ? await compiledTarget() : [];
  const child = spawn(command, [...before, ...args], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32' && !script,
  });
  // A terminal's Ctrl-C reaches the child as well, and npm passes on a third: targets take signals
  // that arrive together for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // `kill` of npm ends the shell between it and us, which passes nothing on.
  const parent = process.ppid;
  const orphaned = () => process.ppid !== parent && child.kill('SIGTERM');
  if (process.env.npm_lifecycle_event) setInterval(orphaned, 500).unref();
  child.on('error', (error) => giveUp(`${target} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

async function compiledTarget() {
  // Comes with the packages.
  const { compile, compiled } = await import('./compile.mjs');
  try {
    compile(root, [target]);
  } catch {
    giveUp(`${target} cannot be compiled; see above.`);
  }
  return compiled(root, target);
}

function giveUp(line) {
  console.error(line);
  process.exit(1);
}
