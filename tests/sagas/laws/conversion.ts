import { breachesOf, type Kind, columnOf, movedBy, toldOf } from './kind';
import { pointsOf } from './points';

interface Law {
  /** What moved among the points, without how many. */
  points: string;
  /** How the payment service has it. */
  credit: string[];
  moved: string;
  told: string;
}

const LAWS: Partial<Record<string, Law>> = {
  CONVERTED: {
    points: 'CONVERSION',
    credit: ['CREDITED'],
    moved: 'points deposit',
    told: 'points-taken,points-converted',
  },
  GIVEN_BACK: {
    points: 'CONVERSION,GIVEN_BACK',
    credit: ['none', 'FAILED'],
    moved: '',
    told: 'points-taken,points-given-back',
  },
  REFUSED: { points: '', credit: ['none', 'FAILED'], moved: '', told: '' },
};

/** Of the only conversion of a manager. */
export const CONVERSION: Kind = {
  statusOf: (stage, id) => columnOf(stage, 'bike.conversions', id),
  waits: () => Promise.resolve(false),
  breaches: async (stage, id, workflow) => {
    const { db } = stage;
    const status = (await CONVERSION.statusOf(stage, id)) ?? 'none';
    const law = LAWS[status];
    if (!law) return [`${status} is no end`];
    const manager = (await columnOf(stage, 'bike.conversions', id, 'manager'))!;
    const [points, converted, credit = 'none', moved, told] = await Promise.all([
      pointsOf(stage, manager, id),
      db('payment.transfers')
        .where({ to_account: `deposit:${manager}`, kind: 'CONVERSION' })
        .first<{ amount: number } | undefined>('amount'),
      columnOf(stage, 'payment.conversions', id),
      movedBy(stage, id),
      toldOf(stage, 'bike.outbox', id),
    ]);
    const kinds = points.moved.replace(/ -?\d+/g, '');
    const { found, must } = breachesOf(status);
    must(kinds === law.points && points.addUp, `the points that moved: ${points.moved}`);
    must(law.credit.includes(credit), `the payment service has it ${credit}`);
    must(moved === law.moved, `our books say: ${moved || 'nothing'}`);
    must(
      points.left + (converted?.amount ?? 0) === points.opening,
      `of ${points.opening} there are ${points.left} points and ${converted?.amount ?? 0} KRW`,
    );
    must(told === law.told, `it was told: ${told}`);
    must(workflow.status === 'COMPLETED', `its workflow is ${workflow.status}`);
    must(workflow.result === status, `its workflow says ${String(workflow.result)}`);
    return found;
  },
};
