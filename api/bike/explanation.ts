import type { EVENTS } from '../../activities/bike/events';
import type { EVENTS as BILL_EVENTS } from '../../activities/billing/events';
import { billIdOf, type BillStatus } from '../../workflows/billing/contract';
import { visible } from '../caller';
import type { Api } from '../endpoint';
import { explanationRoute } from '../explanation';
import type { Words } from '../rules';
import type { Telling } from '../telling';
import { NO_BILL } from '../../views/rentals';
import { unlessAway } from '../reach';

/** What was told of a rental, in words for its customer. */
const RENTAL_TELLING: Telling<Pick<typeof EVENTS, 'bike.rented' | 'bike.returned'>> = {
  'bike.rented': () => ({
    what: { ko: '자전거를 빌리셨습니다: {{startLocation}}.', en: 'You took the bike: {{startLocation}}.' },
  }),
  'bike.returned': () => ({
    what: { ko: '자전거가 반납되었습니다: {{endLocation}}.', en: 'The bike is back: {{endLocation}}.' },
    rule: 'B3',
  }),
};

/** What billing told of its bill. */
const BILL_TELLING: Telling<typeof BILL_EVENTS> = {
  'billing.opened': () => ({
    what: { ko: '요금 계산을 시작했습니다.', en: 'Your bill was opened, at the prices of that moment.' },
    rule: 'B4',
  }),
  'billing.assessed': ({ fee }) => ({
    what: {
      ko: '{{minutes}}분을 이용하셔서 요금은 {{fee, won}}입니다.',
      en: 'You had the bike for {{minutes, many(of: minute)}}, which costs {{fee, won}}.',
    },
    rule: 'B4',
    ...(fee !== null && { amount: fee }),
  }),
  'billing.unpaid': ({ fee }) => ({
    what: { ko: '요금 {{fee, won}}이 미납되었습니다.', en: 'The fee of {{fee, won}} could not be paid.' },
    why: { ko: '예치금이 부족했습니다.', en: 'Your deposit held too little.' },
    rule: 'B5',
    ...(fee !== null && { amount: fee }),
  }),
  'billing.closed': ({ fee }) => ({
    what: { ko: '요금 {{fee, won}}이 결제되었습니다.', en: 'The fee of {{fee, won}} was paid.' },
    rule: 'B3',
    ...(fee !== null && { amount: fee }),
  }),
};

const UNDER_WAY: Words = {
  ko: '{{startLocation}}에서 빌린 자전거를 이용하고 계십니다.',
  en: 'You have a bike that you took at {{startLocation}}.',
};
const STANDS: Record<BillStatus, Words> = {
  PENDING: {
    ko: '자전거를 반납하셨고, 요금은 아직 계산되지 않았습니다.',
    en: 'You brought the bike back, and the fee is not known yet.',
  },
  OPEN: {
    ko: '자전거를 반납하셨고, 요금을 계산하고 있습니다.',
    en: 'You brought the bike back, and the fee is being worked out.',
  },
  CLOSED: {
    ko: '자전거를 {{minutes}}분 이용하셨습니다. 요금은 {{fee, won}}입니다.',
    en: 'You had a bike for {{minutes, many(of: minute)}}, which cost {{fee, won}}.',
  },
  UNPAID: {
    ko: '자전거를 {{minutes}}분 이용하셨습니다. 요금 {{fee, won}}이 아직 미납입니다.',
    en: 'You had a bike for {{minutes, many(of: minute)}}. The fee of {{fee, won}} is still unpaid.',
  },
};

/** What happened to a rental, and why it costs what it costs. */
export function rentalExplanation(api: Api): void {
  const { bikeReads, pages } = api.deps;
  explanationRoute(api, {
    ...{ things: 'rentals', prefix: 'rnt', kind: 'rental', tag: 'Bike' },
    find: async (id, caller) => {
      const rental = visible(await bikeReads.rental(id), caller);
      const bills = await unlessAway(pages.bills([id]), () => new Map<string, never>());
      const bill = bills.get(id) ?? NO_BILL;
      return {
        customer: rental.customer,
        summary: rental.status === 'RENTED' ? UNDER_WAY : STANDS[bill.billStatus ?? 'PENDING'],
        data: { ...rental, ...bill },
        sources: [
          { domain: 'bike', subjects: [id], telling: RENTAL_TELLING },
          { domain: 'billing', subjects: [billIdOf(id)], telling: BILL_TELLING },
        ],
      };
    },
  });
}
