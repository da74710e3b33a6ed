// Runs on Node versions older than Haru's own: plain JavaScript, nothing but Node's modules.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command in this process's place: same terminal, signals passed on, its exit code is ours.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<void>} rejects when the command cannot be started
 */
export function follow(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child as well, and npm passes on a third: targets take signals
  // that arrive together for one.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) whenOrphaned(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.exitCode = code === null ? 128 + constants.signals[signal] : code;
      resolve();
    });
  });
}

/** `kill` of npm ends the shell between it and us, which passes nothing on. */
function whenOrphaned(then) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    // Once: a second signal kills the target at once.
    clearInterval(timer);
    then();
  }, 500);
  timer.unref();
}
