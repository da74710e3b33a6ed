import { simulatorProvider } from '../../activities/payment/provider-simulator';
import { provider as simulator, type Provider } from '../provider/provider-process';
import { LIMIT_MS, readBooks } from './sides';

let psp: Provider;
beforeAll(async () => {
  psp = await simulator();
});
afterAll(() => psp.remove());

it('books of several pages are read through, and on from the last of them', async () => {
  const charge = async (till: string, count: number) => {
    for (let i = 0; i < count; i++) await psp.charge(`${till}/${i}`);
  };
  await Promise.all(Array.from({ length: 11 }, (_, i) => charge(`till${i}`, 100)));
  const provider = simulatorProvider(psp.url, LIMIT_MS);

  const { lines, cursor } = await readBooks(provider);
  expect(lines.map(({ key }) => key)).toEqual((await psp.statement(1_000)).map(({ key }) => key));
  expect(lines).toHaveLength(1_100);

  await charge('later', 1);
  const later = await readBooks(provider, cursor);
  expect(later.lines.slice(0, 100)).toEqual(lines.slice(1_000));
  expect(later.lines.slice(100)).toMatchObject([{ kind: 'capture', key: 'later/0', amount: 12_000 }]);
});
