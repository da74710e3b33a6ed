import type { Knex } from 'knex';
import { until } from '../../engine/wait';
import type { Answer } from '../test-client';
import type { TestStack } from '../test-stack';

/** Locks in a stack's database that keep a request at one moment for as long as a test wants. */
export class HeldLocks {
  private readonly held: Knex.Transaction[] = [];

  constructor(private readonly stack: TestStack) {}

  /** @param statement takes the locks; rolling its transaction back releases them */
  async hold(statement: string): Promise<Knex.Transaction> {
    const transaction = await this.stack.db.transaction();
    this.held.push(transaction);
    await transaction.raw(statement);
    return transaction;
  }

  async releaseAll(): Promise<void> {
    await Promise.all(this.held.splice(0).map((transaction) => transaction.rollback()));
  }

  /** Waits until so many connections wait for locks. */
  async waiting(count: number): Promise<void> {
    const met = async () => {
      const waiters = this.stack.db('pg_stat_activity').whereRaw('datname = current_database()');
      return (await waiters.where({ wait_event_type: 'Lock' }).pluck<number[]>('pid')).length === count;
    };
    if (!(await until(met, { withinMs: 5_000, everyMs: 5 }))) throw new Error(`${count} do not wait`);
  }

  /** Has the API killed while what is asked waits for the locks. @returns what releases them */
  async killApi(statement: string, ask: () => Promise<Answer>): Promise<Knex.Transaction> {
    const held = await this.hold(statement);
    const answer = ask().then(
      ({ status }) => status,
      () => 'none',
    );
    await this.waiting(1);
    await this.stack.kill('api');
    expect(await answer).toBe('none');
    return held;
  }
}
