import { copy, remove, set, sql } from '../change';
import type { Breaches } from './table';

type Values = Parameters<typeof set>[2];
const bike = (id: string, values: Values) => set('bike.bikes', { id }, values);
const bill = (rental: string, values: Values) => set('billing.bills', { rental_id: rental }, values);
const conversion = (id: string, values: Values) => set('bike.conversions', { id }, values);
const entry = (reference: string, values: Values) => set('bike.point_entries', { reference }, values);

export const RENTALS: Breaches = {
  'bike-one-rider': {
    'a bike is in use, and no rental is open on it': [':freeBike', bike(':freeBike', { status: 'IN_USE' })],
    'a bike is free, and a rental is open on it': [':bike', bike(':bike', { status: 'AVAILABLE' })],
  },
  'rental-bike': {
    'a bike is free under its rider': [':openRental', bike(':bike', { status: 'AVAILABLE' })],
    'a bike is in use after its return': [':rental', bike(':freeBike', { status: 'IN_USE' })],
    'a bike is not where it was left': [':rental', bike(':freeBike', { location: '서현' })],
  },
  'rental-billed': {
    'a rental that is back has no bill': [':rental', remove('billing.bills', { id: ':bill' })],
    'a bill is paid, and not closed': [':otherRental', bill(':otherRental', { status: 'OPEN' })],
    'a refused rental has a bill': [
      ':thirdRental',
      set('bike.rentals', { id: ':thirdRental' }, { status: 'REFUSED', failure: 'conflict', ended_at: null }),
    ],
    'a bill is closed while the bike is out': [
      ':openRental',
      bill(':openRental', { status: 'CLOSED', minutes: 1, fee: 1_000 }),
    ],
  },
  'bill-of-a-rental': {
    'a bill is of no rental': [
      'bil_stray',
      copy('billing.bills', { id: ':bill' }, { id: 'bil_stray', rental_id: 'rnt_none' }),
    ],
  },
  'unpaid-bill-of-a-rental': {
    'a fee waits for no rental': [
      'rnt_none',
      copy('payment.unpaid_bills', { rental_id: ':unpaidRental' }, { rental_id: 'rnt_none' }),
    ],
  },
  'bill-tariff': {
    'a bill is of another customer': [':otherRental', bill(':otherRental', { customer: 'x' })],
    'a bill is assessed before the bike is back': [
      ':openRental',
      bill(':openRental', { minutes: 1, fee: 1_000 }),
    ],
    'a fee is not what the tariff says': [':rental', bill(':rental', { fee: 1_200 })],
    'the minutes are not what the rental took': [':unpaidRental', bill(':unpaidRental', { minutes: 31 })],
    'a bill is over another time': [
      ':thirdRental',
      bill(':thirdRental', { started_at: sql(`started_at - interval '1 second'`) }),
    ],
  },
  'bill-paid-once': {
    'a fee is taken twice': [
      ':rental',
      copy(
        'payment.transfers',
        { key: ':rental/charge' },
        {
          position: sql('(SELECT max(position) + 1 FROM payment.transfers)'),
          id: 'trf_twice',
          key: ':rental/again',
        },
      ),
    ],
    'a bill is closed, and not paid': [':unpaidRental', bill(':unpaidRental', { status: 'CLOSED' })],
    'another customer paid the fee': [
      ':otherRental',
      set('payment.transfers', { key: ':otherRental/charge' }, { from_account: 'deposit::customer' }),
    ],
    'a fee is taken for a bill that stands unpaid': [
      ':otherUnpaidRental',
      set('payment.transfers', { key: ':thirdRental/charge' }, { business_id: ':otherUnpaidRental' }),
    ],
  },
  'bill-unpaid-known': {
    'the customer of an unpaid bill may rent again': [
      ':unpaidRental',
      remove('bike.debts', { rental_id: ':unpaidRental' }),
    ],
    'an unpaid bill waits for no top-up': [
      ':otherUnpaidRental',
      remove('payment.unpaid_bills', { rental_id: ':otherUnpaidRental' }),
    ],
    'a bill is unpaid for bike and payment alone': [
      ':thirdUnpaidRental',
      bill(':thirdUnpaidRental', { status: 'OPEN' }),
    ],
    'a debt is open for what is paid': [
      ':rental',
      copy('bike.debts', { rental_id: ':unpaidRental' }, { rental_id: ':rental' }),
    ],
    'another sum waits for a top-up': [
      ':thirdUnpaidRental',
      set('payment.unpaid_bills', { rental_id: ':thirdUnpaidRental' }, { amount: 999 }),
    ],
  },
};

export const POINTS: Breaches = {
  'report-bike': {
    'a bike does not show its report': [':otherReport', bike(':reportedBike', { battery_level: 41 })],
    'a bike is broken, though reported as fit': [':otherReport', bike(':reportedBike', { status: 'BROKEN' })],
  },
  'points-sum': {
    'a manager has points without an entry': [
      ':manager',
      set('bike.managers', { manager: ':manager' }, { points: sql('points + 5') }),
    ],
  },
  'points-gapless': {
    'an entry says another balance': [
      'of :manager says',
      set('bike.point_entries', `manager = ':manager' AND kind = 'OPENING'`, { balance: 1_001 }),
    ],
    'an entry is left out': ['of :manager says', entry(':thirdConversion', { number: 7 })],
  },
  'points-due': {
    'a report earned something else': [
      ':report',
      set('bike.reports', { id: ':report' }, { points_earned: 600 }),
    ],
    'points are of no report': ['rpt_none', entry(':otherReport', { reference: 'rpt_none' })],
    'a refused report earned points': [
      ':report',
      set('bike.reports', { id: ':report' }, { status: 'REFUSED', failure: 'conflict' }),
    ],
    'points are given back for no conversion': [
      ':otherConversion',
      copy(
        'bike.point_entries',
        { reference: ':otherConversion' },
        {
          id: 'pnt_back',
          kind: 'GIVEN_BACK',
          number: 8,
          points: 300,
        },
      ),
    ],
  },
  'points-a-day': {
    'reports earn more than a day allows': [
      ':manager has earned 1000 points',
      set('bike.reports', "id IN (':report', ':otherReport')", { day_limit: 900 }),
    ],
  },
  'manager-reports': {
    'a report is counted twice': [
      ':manager',
      set('bike.managers', { manager: ':manager' }, { reports: sql('reports + 1') }),
    ],
  },
  'conversion-decided': {
    'points are taken, and not converted': [
      ':thirdConversion',
      conversion(':thirdConversion', { status: 'TAKEN' }),
    ],
  },
  'conversion-points': {
    'points are converted and given back': [
      ':conversion',
      copy(
        'bike.point_entries',
        { reference: ':conversion' },
        {
          id: 'pnt_again',
          kind: 'GIVEN_BACK',
          number: 9,
          points: 500,
        },
      ),
    ],
    'a conversion took no points': [
      ':otherConversion',
      remove('bike.point_entries', { reference: ':otherConversion' }),
    ],
    'a conversion took other points': [':thirdConversion', entry(':thirdConversion', { points: -201 })],
  },
  'conversion-credited-once': {
    'points are converted to another sum': [':conversion', conversion(':conversion', { points: 499 })],
    'points are given back, and credited': [
      ':otherConversion',
      conversion(':otherConversion', { status: 'GIVEN_BACK', failure: 'conflict' }),
    ],
    'points are converted, and not credited': [
      ':thirdConversion',
      set('payment.conversions', { id: ':thirdConversion' }, { status: 'FAILED', failure: 'conflict' }),
    ],
    'points are credited twice': [
      ':conversion',
      copy('payment.transfers', `business_id = ':conversion'`, {
        position: sql('(SELECT max(position) + 1 FROM payment.transfers)'),
        id: 'trf_points',
        key: ':conversion/again',
      }),
    ],
  },
};
