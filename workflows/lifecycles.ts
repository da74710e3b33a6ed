import { CONVERSION, RENTAL, REPORT } from './bike/contract';
import { BILL } from './billing/contract';
import { TICKET } from './boxoffice/contract';
import { DELIVERY } from './delivery/contract';
import { ORDER } from './food/contract';
import { PASS, RIDE } from './kickboard/contract';
import type { Lifecycle } from './lifecycle';
import { BOOKING } from './movie/contract';
import { POINT_CREDIT, TOP_UP } from './payment/contract';

/** Every kind of row that a saga moves. */
export const LIFECYCLES: readonly Lifecycle[] = [
  BOOKING,
  TICKET,
  PASS,
  RIDE,
  RENTAL,
  BILL,
  REPORT,
  CONVERSION,
  ORDER,
  DELIVERY,
  TOP_UP,
  POINT_CREDIT,
];
