// Installs the packages when they are missing, and runs a script of ours or a tool of theirs.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { follow } from './follow.mjs';
import { scriptsToRun, stalePackages } from './installed.mjs';
import { npmCommand } from './npm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const recorded = join(root, 'node_modules', '.package-lock.json');
/** Which install scripts have run: goes away with node_modules. */
const scriptsRun = join(root, 'node_modules', '.haru-install-scripts.json');
const production = process.env.NODE_ENV === 'production';

const [target, ...args] = process.argv.slice(2);
if (target === undefined) giveUp('Usage: node engine/run.mjs <file.ts | tool> [arguments]');
const reason = whyInstall();
if (reason !== undefined) install(reason);
runInstallScripts();
await run();

function whyInstall() {
  if (!existsSync(recorded)) return 'The packages are not installed yet';
  try {
    const stale = stalePackages(read(join(root, 'package-lock.json')), read(recorded), { production });
    if (stale.length > 0) return `${stale.length} installed package(s) differ from package-lock.json`;
  } catch (error) {
    return `The installed packages cannot be compared (${error.message})`;
  }
  return undefined;
}

function install(why) {
  console.log(`${why}: running npm ci (a minute or two, once).`);
  if (npm(['ci']) === 0) return;
  // Registries that lack some platform's packages make npm ci refuse the lock; install keeps to its versions too.
  console.log('npm ci failed: trying npm install.');
  if (npm(['install', '--no-save']) !== 0)
    giveUp('The packages could not be installed; see above, then try again.');
}

/** `.npmrc` turns install scripts off; those that package.json allows run here, once. */
function runInstallScripts() {
  const { allowScripts } = read(join(root, 'package.json'));
  const { missing, all } = scriptsToRun(
    allowScripts,
    read(recorded),
    existsSync(scriptsRun) ? read(scriptsRun) : {},
  );
  if (missing.length === 0) return;
  if (npm(['rebuild', '--ignore-scripts=false', ...missing], 'ignore') !== 0)
    giveUp(`The install script of ${missing.join(', ')} failed: remove node_modules and try again.`);
  writeFileSync(scriptsRun, JSON.stringify(all));
}

/** @param {'inherit' | 'ignore'} output where npm's own report goes; its errors are shown */
function npm(wanted, output = 'inherit') {
  const { command, args, shell } = npmCommand([...wanted, '--no-audit', '--no-fund', '--progress=true']);
  return spawnSync(command, args, { cwd: root, stdio: ['inherit', output, 'inherit'], shell }).status;
}

async function run() {
  const script = target.endsWith('.ts');
  const command = script ? process.execPath : join(root, 'node_modules', '.bin', target);
  const before = script ? await compiledTarget() : [];
  try {
    await follow(command, [...before, ...args], {
      cwd: root,
      shell: process.platform === 'win32' && !script,
    });
  } catch (error) {
    giveUp(`${target} could not be started: ${error.message}`);
  }
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

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function giveUp(line) {
  console.error(line);
  process.exit(1);
}
