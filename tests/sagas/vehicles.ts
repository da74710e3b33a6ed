import { randomUUID } from 'node:crypto';
import { typeid } from 'typeid-js';
import { configFrom } from '../../config';
import type { ConvertPoints, RentBike, ReportBike } from '../../workflows/bike/contract';
import type { BuyPass, RideKickboard } from '../../workflows/kickboard/contract';
import type { PaymentMeans } from '../../workflows/payment/contract';
import { RIDE_MINUTES } from '../../workflows/kickboard/policy';
import { PATIENCE_MS } from './desk';

export const somebody = () => `u-${randomUUID()}`;

const { passTypes, tariff, reportPoints } = configFrom({});
const ONE_RIDE = passTypes['1']!;
const soon = () => Date.now() + PATIENCE_MS;
const CARD: PaymentMeans = { method: 'card', token: 'tok_ok' };

/** Orders as the API would make them of requests. */

export const passFor = ({
  customer = somebody(),
  payment = CARD,
  answerBy = soon(),
}: Partial<Pick<BuyPass, 'customer' | 'payment' | 'answerBy'>> = {}): BuyPass => ({
  id: typeid('pas').toString(),
  customer,
  type: '1',
  ...ONE_RIDE,
  payment,
  answerBy,
});

interface Riding {
  customer: string;
  kickboardId: string;
  passId: string;
}

export const rideFor = (riding: Riding, answerBy = soon()): RideKickboard => ({
  id: typeid('rid').toString(),
  ...riding,
  minutes: RIDE_MINUTES,
  answerBy,
});

export const rentalFor = (bikeId: string, { customer = somebody(), answerBy = soon() } = {}): RentBike => ({
  id: typeid('rnt').toString(),
  customer,
  bikeId,
  tariff,
  answerBy,
});

export const reportFor = (bikeId: string, manager: string, answerBy = soon()): ReportBike => ({
  id: typeid('rpt').toString(),
  manager,
  bikeId,
  batteryLevel: 40,
  usable: false,
  points: reportPoints,
  answerBy,
});

export const conversionFor = (manager: string, points: number, answerBy = soon()): ConvertPoints => ({
  id: typeid('cnv').toString(),
  manager,
  points,
  answerBy,
});
