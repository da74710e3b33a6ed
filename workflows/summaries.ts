import type { ActivityInput, LocalActivityInput, WorkflowInterceptorsFactory } from '@temporalio/workflow';
import type { BikeActivities } from '../activities/bike/activities';
import type { BillingActivities } from '../activities/billing/activities';
import type { BoxofficeActivities } from '../activities/boxoffice/activities';
import type { DeliveryActivities } from '../activities/delivery/activities';
import type { FoodActivities } from '../activities/food/activities';
import type { KickboardActivities } from '../activities/kickboard/activities';
import type { MovieActivities } from '../activities/movie/activities';
import type { PaymentActivities } from '../activities/payment/activities';
import { minutesOf } from './billing/policy';
import { portionsOf } from './food/policy';
import type { Charge } from './payment/contract';
import { krw } from './wording';

type AllSteps = MovieActivities &
  BoxofficeActivities &
  KickboardActivities &
  BikeActivities &
  BillingActivities &
  FoodActivities &
  DeliveryActivities &
  PaymentActivities;

/** Each activity says what and how much, so that a history reads as a story in the Web UI. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => next(summarised(input)),
      scheduleLocalActivity: (input, next) => next(summarised(input)),
    },
  ],
});

function summarised<I extends ActivityInput | LocalActivityInput>(input: I): I {
  const summary = wordsFor(input.activityType)?.(...(input.args as never[])) ?? spaced(input.activityType);
  return { ...input, options: { ...input.options, summary } };
}

const charging = ({ amount, by: { method } }: Charge) =>
  method === 'card' ? `charge ${krw(amount)} to a card` : `take ${krw(amount)} from the deposit`;

/** Steps whose name alone does not say it. */
const WORDS: { readonly [Step in keyof AllSteps]?: (...input: Parameters<AllSteps[Step]>) => string } = {
  holdSeats: ({ seats }) => `hold seats ${seats.join(', ')}`,
  freeSeats: ({ seats }, because) => `free seats ${seats.join(', ')}: ${because}`,
  issueTicket: ({ seats }) => `issue a ticket for seats ${seats.join(', ')}`,
  noShow: () => 'nobody came: no show',
  handTicketOut: () => 'the box office hands the ticket to the customer',
  takeTicketBack: () => 'the ticket was not handed out: it waits at the box office again',
  voidTicket: () => 'the ticket is void',

  openPass: ({ rides, price }) => `open a pass of ${rides} rides for ${krw(price)}`,
  failPass: (_, because) => `the pass is none: ${because}`,
  refuseRide: (_, because) => `refuse the ride: ${because}`,
  remind: () => 'remind the customer',
  miss: () => 'list the kickboard as missing',

  refuseRental: (_, because) => `refuse the rental: ${because}`,
  owe: () => 'the customer owes: no other bike until the bill is paid',
  oweNoMore: () => 'the customer owes no more',
  refuseReport: (_, because) => `refuse the report: ${because}`,
  takePoints: ({ points }) => `take ${points} points`,
  givePointsBack: ({ points }, because) => `give ${points} points back: ${because}`,
  assess: (_, from, to) => `assess the fee for ${minutesOf(from, to)} minutes`,
  leaveUnpaid: () => 'leave the bill unpaid',

  takeOrder: ({ totalPrice }) => `take the order of ${krw(totalPrice)}`,
  refuseOrder: (_, because) => `refuse the order: ${because}`,

  startDelivery: ({ lines }) => `ask for a courier for ${portionsOf(lines)} portions`,
  completeDelivery: (_, courier) => `${courier} has brought it`,
  resumeDelivery: () => 'the delivery goes on: it was not completed',
  cancelDelivery: () => 'call the courier off',
  offerDelivery: () => 'offer it to the courier on duty who has the fewest',

  charge: charging,
  pay: charging,
  dropCharge: () => 'send no charge any more; what was captured?',
  refund: ({ amount }) => (amount === undefined ? 'refund the whole charge' : `refund ${krw(amount)}`),
  settleRefund: () => 'ask what became of the refund',
  giveBack: () => 'give back whatever was captured',
  payBill: ({ fee }) => `take ${krw(fee)} from the deposit`,
  creditTopUp: ({ amount }) => `credit ${krw(amount)} to the deposit`,
  failTopUp: (_, because) => `refuse the top-up: ${because}`,
  creditConversion: ({ amount }) => `credit ${krw(amount)} to the deposit`,
  undoLasts: (about) => `list for operators: ${about}`,
  undone: (about) => `take off the operators' list: ${about}`,
};

const wordsFor = (step: string) =>
  (WORDS as Record<string, ((...input: never[]) => string) | undefined>)[step];

const spaced = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
