import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Failure } from '../manifests/all';
import type { CHARGE_CLOSED, NEEDS_OPERATOR, REFUND_UNKNOWN } from '../workflows/payment/contract';
import type { Down } from '../workflows/services';

/** Some are for workflows alone: no customer meets them. */
type Refusal = Down | Failure | typeof REFUND_UNKNOWN | typeof CHARGE_CLOSED | typeof NEEDS_OPERATOR;

/**
 * An outcome that the domain foresees: never tried again, and no fault of the system's.
 * @param type a failure's name in a contract
 * @param details what the customer is told besides, such as the seats that are taken
 */
export const refusal = (type: Refusal, details?: Record<string, unknown>) =>
  ApplicationFailure.create({
    type,
    message: type,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
    ...(details && { details: [details] }),
  });
