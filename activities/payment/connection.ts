const NEVER = ['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'];

/**
 * Whether a fetch failed before anything was sent.
 * @param error what it threw; by its shape alone, for it may be of another realm, where no `instanceof` holds
 */
export function neverConnected(error: unknown): boolean {
  const { cause } = (error ?? {}) as { cause?: unknown };
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' && NEVER.includes(code);
}
