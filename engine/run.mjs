// The door of every npm script: needs npm and any Node from 16 on, and runs the target on a Node that is new enough.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { follow } from './follow.mjs';
import { cachedNode, isOlder, nodeFloor, preferOnPath } from './node.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const floor = nodeFloor(dirname(folder));

if (isOlder(process.versions.node, floor)) await switchNode();
else await import('./target.mjs');

async function switchNode() {
  const need = `Haru needs Node ${floor} or later; this is ${process.versions.node}`;
  try {
    const node = await cachedNode(floor, need);
    preferOnPath(node);
    await follow(node, [join(folder, 'target.mjs'), ...process.argv.slice(2)]);
  } catch (error) {
    const advice = `try again when the npm registry can be reached, or install Node ${floor} yourself`;
    console.error(`${need}, and it could not be fetched from npm (${error.message}): ${advice}.`);
    process.exitCode = 1;
  }
}
