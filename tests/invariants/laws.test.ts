import { LAWS } from '../../invariants';
import { RULES } from '../../invariants/law';

test('each law has an id of its own', () => {
  const ids = LAWS.map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test.each(Object.entries(RULES))('rule %s has laws: %s', (number) => {
  expect(LAWS.filter(({ rule }) => rule === Number(number))).not.toEqual([]);
});
