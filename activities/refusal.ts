import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { BikeFailure } from '../workflows/bike/contract';
import type { BoxofficeFailure } from '../workflows/boxoffice/contract';
import type { DeliveryFailure } from '../workflows/delivery/contract';
import type { FoodFailure } from '../workflows/food/contract';
import type { KickboardFailure } from '../workflows/kickboard/contract';
import type { MovieFailure } from '../workflows/movie/contract';
import type {
  CHARGE_CLOSED,
  NEEDS_OPERATOR,
  PaymentFailure,
  REFUND_UNKNOWN,
} from '../workflows/payment/contract';
import type { Down } from '../workflows/services';

type Failure =
  | Down
  | MovieFailure
  | PaymentFailure
  | BoxofficeFailure
  | KickboardFailure
  | BikeFailure
  | FoodFailure
  | DeliveryFailure
  | typeof REFUND_UNKNOWN
  | typeof CHARGE_CLOSED
  | typeof NEEDS_OPERATOR;

/**
 * An outcome that the domain foresees: never tried again, and no fault of the system's.
 * @param type a failure's name in a contract
 * @param details what the customer is told besides, such as the seats that are taken
 */
export const refusal = (type: Failure, details?: Record<string, unknown>) =>
  ApplicationFailure.create({
    type,
    message: type,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
    ...(details && { details: [details] }),
  });
