import type { ConversionStatus, ReportStatus } from '../../../workflows/bike/contract';
import { conversionFor, reportFor, somebody } from '../vehicles';
import { type Act, type Besides, named, plan } from './act';

const OPENING = 1_000;

export const reporting = (...besides: Besides[]): Act<ReportStatus> => ({
  name: named('reporting a bike', besides),
  means: ['APPLIED'],
  refused: ['REFUSED'],
  play: async (theatre, drill) => {
    const manager = somebody();
    const [bike] = await Promise.all([theatre.stage.bike(), theatre.stage.manager(manager, OPENING)]);
    const order = reportFor(bike, manager, Date.now() + drill.patienceMs);
    plan(theatre, order.id, besides);
    drill.on(order.id);
    return { id: order.id, answer: await theatre.desk.report(order) };
  },
});

export const converting = (...besides: Besides[]): Act<ConversionStatus> => ({
  name: named('converting points', besides),
  means: ['CONVERTED'],
  refused: ['GIVEN_BACK', 'REFUSED'],
  play: async (theatre, drill) => {
    const manager = somebody();
    await theatre.stage.manager(manager, OPENING);
    const order = conversionFor(manager, 600, Date.now() + drill.patienceMs);
    plan(theatre, order.id, besides);
    drill.on(order.id);
    return { id: order.id, answer: await theatre.converted(order) };
  },
});
