import { circuitBreaker, handleWhen, SamplingBreaker, type CircuitBreakerPolicy } from 'cockatiel';
import type { BreakerConfig } from '../config';

/**
 * Opens when too many calls within the window failed; afterwards one call at a time probes (api.md, "Breaker").
 * @param isSlow a call that succeeded and counts as failed all the same
 */
export function breaker(
  by: BreakerConfig,
  isFailure: (error: Error) => boolean,
  isSlow: (result: unknown) => boolean = () => false,
): CircuitBreakerPolicy {
  return circuitBreaker(handleWhen(isFailure).orWhenResult(isSlow), {
    halfOpenAfter: by.probeAfterMs,
    breaker: new SamplingBreaker({
      // The library opens above its threshold, the contract at it.
      threshold: by.failureRate - 1e-6,
      duration: by.windowMs,
      minimumRps: (by.calls * 1000) / by.windowMs,
    }),
  });
}
