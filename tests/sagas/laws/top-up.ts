import { bankOn, breachesOf, columnOf, type Kind, movedBy } from './kind';

const LAWS: Partial<Record<string, { statements: string[]; moved: RegExp }>> = {
  CREDITED: { statements: ['capture'], moved: /^provider top-ups,top-ups deposit$/ },
  FAILED: { statements: ['', 'capture,refund'], moved: /^(provider top-ups,top-ups provider)?$/ },
};

export const TOP_UP: Kind = {
  statusOf: (stage, id) => columnOf(stage, 'payment.top_ups', id),
  waits: () => Promise.resolve(false),
  breaches: async (stage, id, workflow) => {
    const [status = 'none', bank, moved] = await Promise.all([
      TOP_UP.statusOf(stage, id),
      bankOn(stage, id),
      movedBy(stage, id),
    ]);
    const law = LAWS[status];
    if (!law) return [`${status} is no end`];
    const { found, must } = breachesOf(status);
    must(law.statements.includes(bank), `the bank says: ${bank || 'nothing'}`);
    must(law.moved.test(moved), `our books say: ${moved || 'nothing'}`);
    must((bank === '') === (moved === ''), 'our books say something else than the bank');
    must(workflow.status === 'COMPLETED', `its workflow is ${workflow.status}`);
    must(workflow.result === status, `its workflow says ${String(workflow.result)}`);
    return found;
  },
};
