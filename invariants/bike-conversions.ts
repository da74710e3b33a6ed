import { CONVERSION, type ConversionStatus } from '../workflows/bike/contract';
import { batchesBy, rowsBy } from './batches';
import { thingLaws } from './things';
import { toldLaw, toldOf } from './told';
import { type TransferFacts, transfersOf, wordsOf } from './transfers';
import type { World } from './world';

/** Points that become money, with what bike and payment have on record of it. */
export interface ConversionFacts {
  id: string;
  status: ConversionStatus;
  manager: string;
  points: number;
  /** Points that moved for it, by kind. */
  entries: { kind: string; points: number }[];
  /** How the payment service has it. */
  credit: { status: 'CREDITED' | 'FAILED'; amount: number } | undefined;
  credited: TransferFacts[];
  told: string;
}

/** B7. */
export const CONVERSIONS = thingLaws<ConversionFacts>('bike', conversions, [
  {
    id: 'conversion-decided',
    holds: 'Points that are taken are being converted or given back',
    rule: 6,
    breach: ({ id, status, points }) =>
      status === 'TAKEN' ? `${points} points are taken, and not converted (${id})` : undefined,
    during: 'any',
  },
  {
    id: 'conversion-points',
    holds: 'A conversion takes its points once, and gives them back when they did not become money',
    rule: 6,
    breach: ({ id, status, points, entries }) => {
      const due: Record<ConversionStatus, Record<string, number>> = {
        TAKEN: { CONVERSION: -points },
        CONVERTED: { CONVERSION: -points },
        GIVEN_BACK: { CONVERSION: -points, GIVEN_BACK: points },
        REFUSED: {},
      };
      const moved = (all: { kind: string; points: number }[]) =>
        all
          .map((entry) => `${entry.kind} ${entry.points}`)
          .sort()
          .join();
      const must = moved(Object.entries(due[status]).map(([kind, n]) => ({ kind, points: n })));
      return moved(entries) === must
        ? undefined
        : `conversion ${id} is ${status}, its entries ${moved(entries)}`;
    },
  },
  {
    id: 'conversion-credited-once',
    holds: 'What is credited for points is their number, once, and then they are converted',
    rule: 6,
    breach: ({ id, status, manager, points, credit, credited }) => {
      const [first, ...more] = credited;
      const whole = first?.amount === points && first.account === `deposit:${manager}` && more.length === 0;
      const isCredited = credit?.status === 'CREDITED';
      if (
        status === 'CONVERTED'
          ? whole && isCredited && credit.amount === points
          : credited.length === 0 && !isCredited
      )
        return undefined;
      return `conversion ${id} is ${status} over ${points}, the payment service has it ${credit?.status ?? 'none'} over ${credit?.amount ?? 'nothing'}, and the ledger has ${wordsOf(credited)}`;
    },
    during: ({ status }) => (status === 'CONVERTED' ? [] : 'any'),
  },
  toldLaw(CONVERSION, 'conversion'),
]);

type ConversionRow = Pick<ConversionFacts, 'id' | 'status' | 'manager' | 'points' | 'entries'>;

async function* conversions({ databases: { bike, payment } }: World): AsyncGenerator<ConversionFacts[]> {
  const entries = bike({ e: 'bike.point_entries' })
    .whereRaw(`e.reference = c.id`)
    .select(bike.raw(`COALESCE(jsonb_agg(jsonb_build_object('kind', e.kind, 'points', e.points)), '[]')`));
  const rows = bike.from(
    bike({ c: 'bike.conversions' })
      .select('c.id', 'c.status', 'c.manager', 'c.points', { entries })
      .as('conversions'),
  );
  for await (const some of batchesBy<ConversionRow>('id', rows)) {
    const ids = some.map(({ id }) => id);
    const [credits, credited, told] = await Promise.all([
      rowsBy<{ id: string } & NonNullable<ConversionFacts['credit']>>(
        'id',
        ids,
        payment('payment.conversions'),
      ),
      transfersOf(payment, 'CONVERSION', 'to_account', ids),
      toldOf(bike, 'bike', ids),
    ]);
    yield some.map((row) => ({
      ...row,
      credit: credits.get(row.id),
      credited: credited.get(row.id) ?? [],
      told: told.get(row.id) ?? '',
    }));
  }
}
