import { Connection, isGrpcServiceError } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes';
import { ClearError } from './fail-clearly';
import { until } from './wait';

/** gRPC. */
const ALREADY_EXISTS = 6;
/** Of a search attribute (temporal.api.enums.v1.IndexedValueType). */
const KEYWORD = 2;
const TAKEN_UP_WITHIN_MS = 90_000;

export const isThere = (error: unknown) =>
  isGrpcServiceError(error) && (error.code as number) === ALREADY_EXISTS;

/**
 * Has a namespace know what workflows are found by; its server's parts learn of a new namespace one after the other.
 * @throws ClearError when it takes none up within a minute and a half
 */
export async function addSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  for (const attribute of SEARCH_ATTRIBUTES) {
    const isKnown = () =>
      connection.operatorService
        .addSearchAttributes({ namespace, searchAttributes: { [attribute]: KEYWORD as never } })
        .then(() => true)
        .catch((error: unknown) => isThere(error));
    if (!(await until(isKnown, { withinMs: TAKEN_UP_WITHIN_MS, everyMs: 200 })))
      throw new ClearError(`Temporal does not take up ${attribute} in the namespace ${namespace}.`);
  }
}

/** Has a server whose data are older than this code know what workflows are found by. */
export async function learnSearchAttributes(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await addSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
}
