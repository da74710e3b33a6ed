import { allLaws } from '../../invariants';
import { type Law, RULES } from '../../invariants/law';

let laws: Law[];
beforeAll(async () => {
  laws = await allLaws();
});

test('each law has an id of its own', () => {
  const ids = laws.map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test.each(Object.entries(RULES))('rule %s has laws: %s', (number) => {
  expect(laws.filter(({ rule }) => rule === Number(number))).not.toEqual([]);
});
