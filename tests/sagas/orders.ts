import { randomUUID } from 'node:crypto';
import { typeid } from 'typeid-js';
import type { Screening } from '../../activities/movie/reads';
import { configFrom } from '../../config';
import type { ConvertPoints, RentBike, ReportBike } from '../../workflows/bike/contract';
import type { OrderFood } from '../../workflows/food/contract';
import { totalOf } from '../../workflows/food/policy';
import type { BuyPass, RideKickboard } from '../../workflows/kickboard/contract';
import { RIDE_MINUTES } from '../../workflows/kickboard/policy';
import type { BookSeats } from '../../workflows/movie/contract';
import { priceOf } from '../../workflows/movie/policy';
import type { PaymentMeans, TopUp } from '../../workflows/payment/contract';
import type { Times } from './backend';

/** Milliseconds that a customer waits for an answer. */
export const PATIENCE_MS = 4_500;

const { passTypes, tariff, reportPoints } = configFrom({});
const ONE_RIDE = { price: 1_000, rides: 1, ...passTypes['1'] };
const CARD: PaymentMeans = { method: 'card', token: 'tok_ok' };
const soon = () => Date.now() + PATIENCE_MS;
const idOf = (prefix: string) => typeid(prefix).toString();

export const somebody = () => `u-${randomUUID()}`;

/** What workflows are started with, as the API would make it of requests. */

export const screeningFrom = ({
  from = Date.now(),
  startsInMs = 3 * 3_600_000,
  lastsMs = 2 * 3_600_000,
}: Times = {}): Screening => ({
  id: idOf('scr'),
  movieName: '기생충',
  hall: `hall ${randomUUID()}`,
  startsAt: new Date(from + startsInMs),
  endsAt: new Date(from + startsInMs + lastsMs),
  rows: 10,
  columns: 10,
  price: 10_000,
});

export const orderFor = (
  screening: Screening,
  { seats = ['1A'], token = 'tok_ok', answerBy = soon() } = {},
): BookSeats => ({
  id: idOf('bkg'),
  customer: somebody(),
  screeningId: screening.id,
  seats,
  totalPrice: priceOf(seats, screening.price),
  payment: { method: 'card', token },
  answerBy,
  startsAt: screening.startsAt.getTime(),
  endsAt: screening.endsAt.getTime(),
});

export const topUpFor = ({
  customer = somebody(),
  amount = 10_000,
  token = 'tok_ok',
  answerBy = soon(),
} = {}): TopUp => ({ id: idOf('top'), customer, amount, payment: { method: 'card', token }, answerBy });

interface Wanted {
  customer?: string;
  payment?: PaymentMeans;
  answerBy?: number;
}

export const passFor = ({
  customer = somebody(),
  payment = CARD,
  answerBy = soon(),
}: Wanted = {}): BuyPass => ({
  ...{ id: idOf('pas'), customer, type: '1', payment, answerBy },
  ...ONE_RIDE,
});

interface Riding {
  customer: string;
  kickboardId: string;
  passId: string;
}

export const rideFor = (riding: Riding, answerBy = soon()): RideKickboard => ({
  id: idOf('rid'),
  ...riding,
  minutes: RIDE_MINUTES,
  answerBy,
});

export const rentalFor = (bikeId: string, { customer = somebody(), answerBy = soon() } = {}): RentBike => ({
  ...{ id: idOf('rnt'), customer, bikeId, tariff, answerBy },
});

export const reportFor = (bikeId: string, manager: string, answerBy = soon()): ReportBike => ({
  ...{ id: idOf('rpt'), manager, bikeId, answerBy },
  ...{ batteryLevel: 40, usable: false, points: reportPoints },
});

export const conversionFor = (manager: string, points: number, answerBy = soon()): ConvertPoints => ({
  ...{ id: idOf('cnv'), manager, points, answerBy },
});

export function mealFor({
  customer = somebody(),
  payment = CARD,
  answerBy = soon(),
}: Wanted = {}): OrderFood {
  const lines = [{ menuId: idOf('mnu'), name: 'Gimbab', price: 4_000, quantity: 2 }];
  return {
    ...{ id: idOf('ord'), customer, lines, payment, answerBy },
    totalPrice: totalOf(lines),
    address: '정자역',
    statusText: 'ordered',
    deliveryId: idOf('dlv'),
  };
}
