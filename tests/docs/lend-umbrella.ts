import { configFrom, type Service } from '../../config';
import { migrateAll } from '../../migrations/migrate';
import { type Answer, created } from '../test-client';
import { stackEnvironment, TestStack } from '../test-stack';

/** What came of a loan. */
export interface Lent {
  lent: Pick<Answer, 'status' | 'body'>;
  /** Of a second customer. */
  taken: Pick<Answer, 'status' | 'body'>;
  returned: Pick<Answer, 'status' | 'body'>;
  again: Pick<Answer, 'status' | 'body'>;
  steps: string[];
  told: string[];
  audit: { code: number | null; output: string };
}

/** Umbrellas are no service of this repository, but of the copy in which this runs (adding-a-domain.test.ts). */
const SERVICES = ['payment', 'umbrella'] as Service[];

/** Lends an umbrella on a stack of its own, and brings it back. */
async function lend(): Promise<Lent> {
  const env = await stackEnvironment({
    HARU_WITHOUT: 'movie,boxoffice,kickboard,bike,billing,food,delivery,notification,views',
    TEMPORAL_DEBUG: '1',
    ANSWER_WITHIN_MS: '15000',
  });
  // The template of the databases is of the domains that there are.
  await migrateAll(configFrom(env));
  const stack = new TestStack(env);
  try {
    await Promise.all([
      stack.start('psp'),
      stack.start('api').then(() => stack.alive()),
      stack.work(SERVICES),
    ]);
    await stack.ready();
    const [admin, minji, dana] = await Promise.all([
      stack.signIn({ roles: ['admin'] }),
      stack.signIn(),
      stack.signIn(),
    ]);
    const umbrellaId = await created(admin.post('/v1/umbrellas', { station: 'City Hall' }));
    const order = { umbrellaId, payment: { method: 'card', token: 'tok_ok' } };
    const lent = await minji.post('/v1/loans', order);
    const taken = await dana.post('/v1/loans', order);
    const loan = `/v1/loans/${lent.body.id}`;
    const returned = await minji.post(`${loan}/return`, { station: 'Seoul Station' });
    const again = await minji.post(`${loan}/return`, { station: 'City Hall' });
    const progress = await minji.get(`${loan}/progress`);
    return {
      lent: shown(lent),
      taken: shown(taken),
      returned: shown(returned),
      again: shown(again),
      steps: progress.body.steps.map(
        ({ name, state }: { name: string; state: string }) => `${name} ${state}`,
      ),
      told: await stack
        .db('umbrella.outbox')
        .where({ subject: lent.body.id })
        .orderBy('position')
        .pluck<string[]>('type'),
      audit: await stack.run('operations/audit.ts'),
    };
  } finally {
    await stack.stop({ lawful: false });
  }
}

const shown = ({ status, body }: Answer) => ({ status, body: body as unknown });

void lend().then((came) => process.stdout.write(`${JSON.stringify(came)}\n`));
