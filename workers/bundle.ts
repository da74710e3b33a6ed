import { bundleWorkflowCode, type BundleOptions, DefaultLogger } from '@temporalio/worker';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA_CONVERTER } from '../data-converter';
import { ROOT } from '../root';

const WORKFLOWS = join(ROOT, 'workflows');
const LOCK = join(ROOT, 'package-lock.json');
const TARGET = 'es2022';

/**
 * The workflows in one file, made once for each state of their source and kept in `home`.
 * @returns its path
 */
export async function workflowBundle(home: string): Promise<string> {
  const path = join(home, `workflows-${await hashOfSource()}.js`);
  const made = await readFile(path).then(
    () => true,
    () => false,
  );
  if (made) return path;

  const { code } = await bundleWorkflowCode({
    workflowsPath: join(WORKFLOWS, 'index.ts'),
    ...DATA_CONVERTER,
    workflowInterceptorModules: [join(WORKFLOWS, 'summaries.ts')],
    webpackConfigHook: forThisNode,
    logger: new DefaultLogger('ERROR'),
  });
  await mkdir(home, { recursive: true });
  // Workers that start side by side each make their own and put it in place whole.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, code);
  await rename(draft, path);
  return path;
}

/** The SDK compiles for Node 8, with a helper in each module for what every Node has by now. */
const forThisNode: NonNullable<BundleOptions['webpackConfigHook']> = (config) => {
  for (const rule of config.module?.rules ?? []) {
    const { options } = ((rule as { use?: unknown }).use ?? {}) as { options?: { jsc?: { target: string } } };
    if (options?.jsc) options.jsc.target = TARGET;
  }
  return config;
};

async function hashOfSource(): Promise<string> {
  const hash = createHash('sha256').update(TARGET);
  const names = await readdir(WORKFLOWS, { recursive: true });
  const sources = names.filter((name) => name.endsWith('.ts')).sort();
  for (const path of [LOCK, ...sources.map((name) => join(WORKFLOWS, name))])
    hash.update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}
