import type { ConversionStatus, ReportStatus } from '../../../workflows/bike/contract';
import { conversionFor, reportFor, somebody } from '../orders';
import { type Scenario, type Besides, named, plan } from './scenario';

const OPENING = 1_000;

export const reporting = (...besides: Besides[]): Scenario<ReportStatus> => ({
  name: named('reporting a bike', besides),
  means: ['APPLIED'],
  refused: ['REFUSED'],
  run: async (harness, fault) => {
    const manager = somebody();
    const [bike] = await Promise.all([harness.backend.bike(), harness.backend.manager(manager, OPENING)]);
    const order = reportFor(bike, manager, Date.now() + fault.patienceMs);
    plan(harness, order.id, besides);
    fault.on(order.id);
    return { id: order.id, answer: await harness.client.report(order) };
  },
});

export const converting = (...besides: Besides[]): Scenario<ConversionStatus> => ({
  name: named('converting points', besides),
  means: ['CONVERTED'],
  refused: ['GIVEN_BACK', 'REFUSED'],
  run: async (harness, fault) => {
    const manager = somebody();
    await harness.backend.manager(manager, OPENING);
    const order = conversionFor(manager, 600, Date.now() + fault.patienceMs);
    plan(harness, order.id, besides);
    fault.on(order.id);
    return { id: order.id, answer: await harness.converted(order) };
  },
});
