// Runs on Node versions older than Haru's own: plain JavaScript, nothing but Node's modules.
import { basename } from 'node:path';

/**
 * How to run npm: the one that runs this script, else the one on PATH.
 * @param {readonly string[]} args
 * @returns {{command: string, args: string[], shell: boolean}}
 */
export function npmCommand(args) {
  const script = process.env.npm_execpath ?? '';
  if (basename(script) === 'npm-cli.js')
    return { command: process.execPath, args: [script, ...args], shell: false };
  // On Windows npm is a script, which only a shell runs.
  return { command: 'npm', args: [...args], shell: process.platform === 'win32' };
}
