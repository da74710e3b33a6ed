import { execFile } from 'node:child_process';
import { ROOT } from '../../root';
import { Cinema } from '../cinema';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import { argsOf } from '../scripts';
import { startStack, type TestStack } from '../test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ only: ['movie', 'payment', 'kickboard', 'food', 'delivery'] });
  await Promise.all([
    Cinema.open(stack),
    Fleet.open(stack).then((fleet) => fleet.kickboard()),
    Kitchen.open(stack),
  ]);
});
afterAll(() => stack.stop());

interface Printed {
  stdout: string;
  stderr: string;
  code: number | string;
}

/** Runs `npm run haru -- …`. @returns what it printed, and how it ended */
const haru = (...args: string[]): Promise<Printed> =>
  new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, ...stack.env } };
    const command = [...argsOf('demo/haru.ts'), ...args];
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      resolve({ stdout, stderr, code: error?.code ?? 0 });
    });
  });
const answered = async (...args: string[]) => JSON.parse((await haru(...args, '--json')).stdout);

test('a customer books, rides, orders and pays in from the command line', async () => {
  expect(await answered('book', '2')).toMatchObject({ status: 'BOOKED', seats: ['1A', '1B'] });
  expect(await answered('ride')).toMatchObject({ status: 'RENTED' });
  expect(await answered('order')).toMatchObject({ quantity: 1 });
  expect(await answered('top-up', '5000')).toMatchObject({ amount: 5_000, balance: 5_000 });
  expect((await haru('book')).stdout).toMatch(/^BOOKED: .*\nbkg_/);
});

test('the same key is the same act', async () => {
  const one = await answered('top-up', '3000', '--as', 'jun', '--key', 'once');
  expect(await answered('top-up', '3000', '--as', 'jun', '--key', 'once')).toEqual(one);
  expect(one.balance).toBe(3_000);
});

test('an operator sees what is parked; a token is printed and nothing else', async () => {
  expect((await haru('parked')).stdout).toBe('Nothing waits for an operator.\n');
  expect((await haru('token', 'minji')).stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
});

test('help is printed when asked for, and with what cannot be done', async () => {
  const { stdout, code } = await haru('--help');
  expect([stdout.split('\n')[0], code]).toEqual(['Usage: npm run haru -- <command> [options]', 0]);
  for (const wrong of [['fly'], ['book', '--fast'], ['book', 'none'], ['token']]) {
    const { stdout, stderr, code } = await haru(...wrong);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
  }
});

test('a refusal is said in words', async () => {
  const { stderr, code } = await haru('parked', '--as', 'minji');
  expect([stderr.split(':')[0], code]).toEqual(['403 forbidden', 1]);
});
