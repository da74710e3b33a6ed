import type { TestToken } from '../../config';
import type { Role } from '../caller';
import type { Locale } from '../problem-row';

/** People of the demo city, for whoever tries Haru out. */
export const ACCOUNTS: { user: string; roles: Role[]; does: Record<Locale, string> }[] = [
  {
    user: 'minji',
    roles: ['customer'],
    does: { ko: '빌리고, 예매하고, 주문합니다', en: 'rents, books and orders' },
  },
  { user: 'host', roles: ['host'], does: { ko: '데이트 코스를 올립니다', en: 'offers date courses' } },
  { user: 'dana', roles: ['courier'], does: { ko: '음식을 배달합니다', en: 'delivers food' } },
  {
    user: 'manager',
    roles: ['manager'],
    does: { ko: '자전거를 점검하고 포인트를 받습니다', en: 'looks after bikes and earns points' },
  },
  { user: 'staff', roles: ['staff'], does: { ko: '영화표를 건넵니다', en: 'hands cinema tickets out' } },
  {
    user: 'admin',
    roles: ['admin'],
    does: { ko: '등록하고, 살피고, 바로잡습니다', en: 'registers, watches and repairs' },
  },
];

/** What the simulator does with a card, by its token. */
export const TEST_CARDS: Record<TestToken, Record<Locale, string>> = {
  tok_ok: { ko: '결제됩니다', en: 'is charged' },
  tok_declined: { ko: '거절됩니다', en: 'is declined' },
  tok_slow: {
    ko: '3초 뒤에 결제됩니다. 한도 610 ms를 넘어 취소됩니다',
    en: 'is charged after 3 s: over the limit of 610 ms, so that it is given back',
  },
  tok_lost: {
    ko: '결제되지만 응답이 오지 않습니다. 돈은 저절로 돌아옵니다',
    en: 'is charged, and the answer never comes: the money goes back by itself',
  },
  tok_error_after: {
    ko: '결제되지만 500으로 응답합니다. 돈은 저절로 돌아옵니다',
    en: 'is charged, and answered 500: the money goes back by itself',
  },
  tok_flaky: { ko: '두 번 503 뒤에 결제됩니다', en: 'is answered 503 twice, then charged' },
  tok_norefund: {
    ko: '결제되지만 환불은 거절됩니다',
    en: 'is charged, and refuses to be refunded',
  },
};

/** The account with that role. */
export function accountOf(role: Role): (typeof ACCOUNTS)[number] {
  const account = ACCOUNTS.find(({ roles }) => roles.includes(role));
  if (!account) throw new Error(`nobody of the demo city is a ${role}`);
  return account;
}
