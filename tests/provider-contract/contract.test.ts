import { setTimeout as sleep } from 'node:timers/promises';
import {
  Declined,
  NotProcessed,
  OutcomeUnknown,
  RefundRefused,
  type StatementLine,
} from '../../activities/payment/provider';
import { LIMIT_MS, readBooks, type Side, simulatorSide, stripeSide, toNobody } from './sides';

const AMOUNT = 12_000;

describe.each([
  ['the simulator', simulatorSide],
  ['Stripe', stripeSide],
])('%s', (_name, open) => {
  let side: Side;
  beforeAll(async () => {
    side = await open();
  });
  afterAll(() => side.close());
  afterEach(() => side.heal());

  const charge = (key: string, token = side.good) => side.provider.charge({ key, amount: AMOUNT, token });
  const find = (key: string) => side.provider.find({ key, amount: AMOUNT });
  const refund = (key: string, chargeId: string, amount = AMOUNT) =>
    side.provider.refund({ key, chargeId, amount });

  describe('a charge', () => {
    it('captures the whole amount, and says under which id', async () => {
      const { chargeId } = await charge('one/charge');
      expect(chargeId).not.toBe('');
      expect(await side.net('one/charge')).toBe(AMOUNT);
      expect(await find('one/charge')).toEqual({ chargeId, state: 'CAPTURED', refunds: [] });
    });

    it('is the same charge under the same key', async () => {
      const first = await charge('same/charge');
      expect(await charge('same/charge')).toEqual(first);
      expect(await side.net('same/charge')).toBe(AMOUNT);
    });

    it('is declined for good', async () => {
      await expect(charge('declined/charge', side.declined)).rejects.toThrow(Declined);
      await expect(charge('declined/charge', side.declined)).rejects.toThrow(Declined);
      expect(await find('declined/charge')).toMatchObject({ state: 'DECLINED', refunds: [] });
      expect(await side.net('declined/charge')).toBe(0);
    });

    it('that takes too long ends at the limit with its outcome unknown, until the provider is asked', async () => {
      await side.answerLate();
      await expect(charge('late/charge')).rejects.toThrow(OutcomeUnknown);
      await side.heal();
      await sleep(1.5 * LIMIT_MS);
      expect(await find('late/charge')).toMatchObject({ state: 'CAPTURED' });
    });

    it('whose answer is lost is found, and not made twice', async () => {
      await side.loseAnswer('charge');
      await expect(charge('lost/charge')).rejects.toThrow(OutcomeUnknown);
      await side.heal();
      expect(await find('lost/charge')).toMatchObject({ state: 'CAPTURED' });
      await charge('lost/charge');
      expect(await side.net('lost/charge')).toBe(AMOUNT);
    });

    it('answered with an error may have captured', async () => {
      await side.errorAfter('charge');
      await expect(charge('after/charge')).rejects.toThrow(OutcomeUnknown);
      await side.heal();
      expect(await find('after/charge')).toMatchObject({ state: 'CAPTURED' });
    });

    it('answered with an error may not have captured', async () => {
      await side.errorBefore();
      await expect(charge('before/charge')).rejects.toThrow(OutcomeUnknown);
      await side.heal();
      expect(await find('before/charge')).toBeUndefined();
      expect(await side.net('before/charge')).toBe(0);
    });

    it('that was never made is not found', async () => {
      expect(await find('never/charge')).toBeUndefined();
      expect(await find('never/charge')).toBeUndefined();
    });
  });

  describe('a refund', () => {
    const charged = async (id: string) => (await charge(`${id}/charge`)).chargeId;

    it('gives the money back once, however often it is asked for under its key', async () => {
      const chargeId = await charged('back');
      await refund('back/refund/1', chargeId);
      await refund('back/refund/1', chargeId);
      expect(await side.net('back/charge')).toBe(0);
      expect(await find('back/charge')).toEqual({
        chargeId,
        state: 'CAPTURED',
        refunds: [{ key: 'back/refund/1', state: 'DONE' }],
      });
    });

    it('is refused above the charge, and after the whole of it', async () => {
      const chargeId = await charged('much');
      await expect(refund('much/refund/1', chargeId, AMOUNT + 1)).rejects.toThrow(RefundRefused);
      await refund('much/refund/2', chargeId);
      await expect(refund('much/refund/3', chargeId)).rejects.toThrow(RefundRefused);
      expect(await side.net('much/charge')).toBe(0);
      expect((await find('much/charge'))?.refunds).toEqual([{ key: 'much/refund/2', state: 'DONE' }]);
    });

    it.each(['loseAnswer', 'errorAfter'] as const)('may have been made (%s), and is found', async (how) => {
      const chargeId = await charged(how);
      await side[how]('refund');
      await expect(refund(`${how}/refund/1`, chargeId)).rejects.toThrow(OutcomeUnknown);
      await side.heal();
      expect((await find(`${how}/charge`))?.refunds).toEqual([{ key: `${how}/refund/1`, state: 'DONE' }]);
      await refund(`${how}/refund/1`, chargeId);
      expect(await side.net(`${how}/charge`)).toBe(0);
    });
  });

  describe('the books', () => {
    const linesOf = (lines: StatementLine[], id: string) => lines.filter(({ key }) => key.startsWith(id));

    it('have a line for each capture and each refund, and none for what moved nothing', async () => {
      const { chargeId } = await charge('booked/charge');
      await refund('booked/refund/1', chargeId, 2_000);
      await refund('booked/refund/1', chargeId, 2_000);
      await refund('booked/refund/2', chargeId, 10_000);
      await charge('booked-not/charge', side.declined).catch(() => undefined);
      const line = { chargeId, at: expect.any(Date) };
      const { lines } = await readBooks(side.provider);
      expect(linesOf(lines, 'booked')).toEqual([
        { ...line, kind: 'capture', key: 'booked/charge', amount: AMOUNT },
        { ...line, kind: 'refund', key: 'booked/refund/1', amount: 2_000 },
        { ...line, kind: 'refund', key: 'booked/refund/2', amount: 10_000 },
      ]);
      const times = lines.map(({ at }) => at.getTime());
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(Math.abs(times.at(-1)! - Date.now())).toBeLessThan(60_000);
    });

    it('are read on from where they were left', async () => {
      const { cursor } = await readBooks(side.provider);
      await charge('read-on/charge');
      const { lines } = await readBooks(side.provider, cursor);
      expect(linesOf(lines, 'read-on')).toMatchObject([{ kind: 'capture', amount: AMOUNT }]);
      // As a cursor is kept: the same lines follow it at any time.
      expect((await readBooks(side.provider, cursor)).lines).toEqual(lines);
    });
  });
});

describe('where nobody listens', () => {
  it('nothing is processed', async () => {
    for (const [name, provider] of await toNobody()) {
      const order = { key: 'nobody', amount: AMOUNT };
      const asks = [
        provider.charge({ ...order, token: 'any' }),
        provider.refund({ ...order, chargeId: 'any' }),
        provider.find(order),
        provider.statement(null),
      ];
      const ends = await Promise.all(asks.map((ask) => ask.catch((error: unknown) => error)));
      for (const end of ends) expect([name, end]).toEqual([name, expect.any(NotProcessed)]);
    }
  });
});
