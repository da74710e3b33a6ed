import { BrokenCircuitError, type CircuitBreakerPolicy, CircuitState } from 'cockatiel';
import { breaker } from '../activities/breaker';
import type { Config } from '../config';
import type { PaymentMeans } from '../workflows/payment/contract';
import { OutcomeUnknown } from './outages';
import { Problem, problemRow, type ProblemCode } from './problems';

/** What may be overloaded, as the API sees it. */
export type Circuit = PaymentMeans['method'] | 'bike claims' | 'bike reports';

interface Guard {
  policy: CircuitBreakerPolicy;
  /** What is said at once while the circuit is open. */
  says: ProblemCode;
}

/** Refuse at once what would be refused slowly (K7, B9). */
export class Circuits {
  private readonly guards: Record<Circuit, Guard>;

  constructor({ breaker: by, bikeLimits }: Pick<Config, 'breaker' | 'bikeLimits'>) {
    const payment = (): Guard => ({
      policy: breaker(by, (error) => error instanceof Problem && error.code === 'payment-unavailable'),
      says: 'payment-unavailable',
    });
    const bike = (limitMs: number): Guard => ({
      policy: breaker(by, isNoAnswer, (took) => typeof took === 'number' && took > limitMs),
      says: 'bike-unavailable-now',
    });
    // Deposits need no provider.
    this.guards = {
      card: payment(),
      deposit: payment(),
      'bike claims': bike(bikeLimits.claimMs),
      'bike reports': bike(bikeLimits.reportMs),
    };
  }

  /** How each is just now. */
  states(): Record<string, 'closed' | 'open' | 'half-open'> {
    return Object.fromEntries(Object.entries(this.guards).map(([name, { policy }]) => [name, named(policy)]));
  }

  /** @throws Problem at once while the circuit is open; whatever `call` throws */
  async through(circuit: Circuit | undefined, call: () => Promise<void>): Promise<void> {
    if (circuit === undefined) return call();
    const { policy, says } = this.guards[circuit];
    try {
      await policy.execute(async () => {
        const began = performance.now();
        await call();
        return performance.now() - began;
      });
    } catch (error) {
      throw error instanceof BrokenCircuitError ? new Problem(says) : error;
    }
  }
}

function named({ state }: CircuitBreakerPolicy): 'closed' | 'open' | 'half-open' {
  if (state === CircuitState.HalfOpen) return 'half-open';
  return state === CircuitState.Closed ? 'closed' : 'open';
}

const isNoAnswer = (error: Error) =>
  error instanceof OutcomeUnknown || (error instanceof Problem && problemRow(error.code).status === 503);
