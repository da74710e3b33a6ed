import type { Broker } from '../../engine/kafka';
import { say } from '../../engine/progress';
import { onPath } from '../../engine/tools';
import { extent } from '../extent';
import { keepsOrder } from '../events/ordering';
import { poison } from '../events/poison';
import type { Transport } from '../events/transport';
import { delivery } from './delivery';
import { wholeSystem } from './whole-system';
import { startBroker } from './broker';

const STARTS_WITHIN_MS = 400_000;

const canRun = onPath('java') !== undefined && onPath('mvn') !== undefined;
if (!canRun) say('The tests of Kafka are left out: they need Java 17 or later and Maven on PATH.');

(canRun ? describe : describe.skip)('over Kafka', () => {
  // One broker for all: it takes longer to start than most of these tests.
  let broker: Broker;
  beforeAll(async () => {
    broker = await startBroker();
  }, STARTS_WITHIN_MS);
  afterAll(() => broker.stop());

  const overKafka = (): Transport => ({ name: 'Kafka', brokers: broker.address, crash: broker.crash });

  describe('delivery', () => delivery(overKafka));
  describe('an event that cannot be taken', () => poison(overKafka));
  describe('a whole system', () => wholeSystem(overKafka));
  describe('order, while readers, publishers and the broker die', () =>
    keepsOrder(overKafka, { events: extent(1_600, 20_000), kills: extent(3, 20), control: false }));
});
