import { execFileSync } from 'node:child_process';
import { compiled } from '../../engine/compile.mjs';
import { ROOT } from '../../root';

/** Counts promises by a hook, once in a thread and once in the main thread. */
const SCRIPT = `
  const { Worker } = require('node:worker_threads');
  const count = \`
    let tracked = 0;
    const stop = require('node:v8').promiseHooks.createHook({ init: () => tracked++ });
    Promise.resolve().then(() => undefined);
    stop();
    tracked\`;
  const main = eval(count);
  new Worker('require("node:worker_threads").parentPort.postMessage(eval(' + JSON.stringify(count) + '))', { eval: true })
    .once('message', (thread) => console.log(JSON.stringify({ main, thread })));`;

test('where workflows run no promise is tracked, elsewhere as ever', () => {
  const required = compiled(ROOT, 'workers/main.ts').slice(0, -1);
  const output = execFileSync(process.execPath, [...required, '--eval', SCRIPT], { encoding: 'utf8' });
  const { main, thread } = JSON.parse(output) as { main: number; thread: number };
  expect(main).toBeGreaterThan(0);
  expect(thread).toBe(0);
});
