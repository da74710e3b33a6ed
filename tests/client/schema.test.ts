import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import root from '../../package.json';
import manifest from '../../packages/client/package.json';
import { ROOT } from '../../root';
import { argsOf } from '../scripts';

test('the types of the client are those of the document: npm run client:types', async () => {
  const command = [...argsOf('tests/client/record.ts'), '--check'];
  await promisify(execFile)(process.execPath, command, { cwd: ROOT });
});

test('the client needs nothing but what the repository has installed for it', () => {
  const installed: Record<string, string> = root.devDependencies;
  for (const [name, version] of Object.entries(manifest.dependencies)) expect(installed[name]).toBe(version);
});
