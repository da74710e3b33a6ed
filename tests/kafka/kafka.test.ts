import { say } from '../../engine/progress';
import { onPath } from '../../tools/programs';
import type { KafkaSettings } from '../../events/kafka/client';
import { keepsOrder } from '../events/ordering';
import { poison } from '../events/poison';
import type { Transport } from '../events/transport';
import { extent } from '../extent';
import { absence } from './absence';
import { startBroker, type TestBroker } from './broker';
import { delivery } from './delivery';
import { security } from './security';
import { settingAside } from './set-aside';
import { wholeSystem } from './whole-system';

const STARTS_WITHIN_MS = 400_000;

const canRun = ['java', 'keytool', 'mvn'].every((program) => onPath(program) !== undefined);
if (!canRun) say('The tests of Kafka are left out: they need Java 17 or later and Maven on PATH.');

(canRun ? describe : describe.skip)('over Kafka', () => {
  // One broker for all: it takes longer to start than most of these tests.
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startBroker();
  }, STARTS_WITHIN_MS);
  afterAll(() => broker.stop());

  const over = (kafka: KafkaSettings): Transport => ({ name: 'Kafka', kafka, crash: broker.crash });
  const inClear = () => over(broker.plain);
  const byTls = () => over(broker.secure('PLAIN'));
  let turn = 0;
  const either = () => (turn++ % 2 === 0 ? inClear() : byTls());

  describe('delivery, by TLS', () => delivery(byTls));
  describe('a message that is no event, by TLS', () => settingAside(byTls));
  describe('a broker that is not there', () => absence());
  describe('an event that cannot be taken, by TLS', () => poison(() => over(broker.secure('SCRAM-SHA-256'))));
  describe('who is let in', () => security(() => broker.secure('SCRAM-SHA-256')));
  describe('a whole system, by TLS', () => wholeSystem(byTls));
  describe('order, while readers, publishers and the broker die, half of them by TLS', () =>
    keepsOrder(either, { events: extent(1_600, 20_000), kills: extent(3, 20), control: false }));
});
