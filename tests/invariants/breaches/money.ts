import { copy, remove, set, sql, without } from '../change';
import type { Breaches } from './table';

const CAPTURE = `account = 'provider' AND position = (SELECT position FROM payment.transfers WHERE key = ':booking/charge')`;
const chargeOf = (thing: string) => ({ key: `${thing}/charge` });
const NEXT_LINE = sql('(SELECT max(line) + 1 FROM psp.statement)');
const NEXT_POSITION = sql('(SELECT max(position) + 1 FROM payment.transfers)');

/** The ledger by itself. */
export const LEDGER: Breaches = {
  'ledger-zero': {
    'a balance is off': [
      'sum',
      set('payment.accounts', { id: ':provider' }, { balance: sql('balance + 7') }),
    ],
  },
  'ledger-balances': {
    'a balance is off': [
      'revenue:movie',
      set('payment.accounts', { id: 'revenue:movie' }, { balance: sql('balance + 5') }),
    ],
    'an entry has another amount': [
      ':provider',
      set('payment.entries', CAPTURE, { amount: sql('amount + 1') }),
    ],
    'what is too much on one account is missing on another': [
      'top-ups',
      set('payment.accounts', `id IN (':provider', 'top-ups')`, {
        balance: sql(`balance + CASE id WHEN 'provider' THEN 1 ELSE -1 END`),
      }),
    ],
  },
  'ledger-running-balance': {
    'an entry says another balance': [
      'of deposit::customer says',
      set('payment.entries', `account = 'deposit::customer'`, { balance: sql('balance + 1') }),
    ],
  },
  'ledger-two-entries': {
    'an entry has another amount': [
      ':booking/charge',
      set('payment.entries', CAPTURE, { amount: sql('amount + 1') }),
    ],
    'the entries have twice the amount': [
      ':otherBooking/charge',
      set(
        'payment.entries',
        `position = (SELECT position FROM payment.transfers WHERE key = ':otherBooking/charge')`,
        {
          amount: sql('2 * amount'),
        },
      ),
    ],
    'a transfer has three entries': [
      ':booking/charge',
      copy('payment.entries', CAPTURE, { account: 'suspense' }),
    ],
    'an entry has no transfer': [
      'entry 999999 of provider has no transfer',
      copy('payment.entries', CAPTURE, { position: 999_999 }),
    ],
  },
  'ledger-never-negative': {
    'a deposit is below 0': [
      'deposit::customer',
      without(
        'payment.accounts',
        'no_overdraft',
        set('payment.accounts', { id: 'deposit::customer' }, { balance: -1 }),
      ),
    ],
  },
  'ledger-chain': {
    'a transfer has another amount': [
      ':booking/charge',
      set('payment.transfers', chargeOf(':booking'), { amount: sql('amount + 1') }),
    ],
    'a transfer has another reason': [
      ':otherBooking/charge',
      set('payment.transfers', chargeOf(':otherBooking'), { reason: 'none' }),
    ],
    'a transfer has another time': [
      ':thirdBooking/charge',
      set('payment.transfers', chargeOf(':thirdBooking'), { at: sql(`at - interval '1 microsecond'`) }),
    ],
    'the hash of a changed transfer was made to fit': [
      'does not follow from the one before',
      set('payment.transfers', chargeOf(':otherBooking'), {
        reason: 'none',
        hash: sql(`payment.link((SELECT hash FROM payment.transfers p WHERE p.position = t.position - 1),
          jsonb_populate_record(t, '{"reason": "none"}'))`),
      }),
    ],
    'a transfer is gone': [
      'does not follow from the one before',
      remove('payment.transfers', chargeOf(':booking')),
    ],
    'the last transfer is gone': [
      'the chain ends at',
      remove('payment.transfers', 'position = (SELECT max(position) FROM payment.transfers)'),
    ],
  },
  'transfer-accounts': {
    'a capture comes from the refunds': [
      ':booking/charge',
      set('payment.transfers', chargeOf(':booking'), { from_account: 'refunds' }),
    ],
  },
};

/** Charges and refunds beside the ledger and the provider. */
export const CHARGES: Breaches = {
  'captured-is-booked': {
    'a charge is captured, and not booked': [
      'bkg_free/charge',
      copy('payment.charges', chargeOf(':chargedBooking'), {
        key: 'bkg_free/charge',
        id: 'pay_free',
        provider_charge_id: 'ch_free',
      }),
    ],
    'a charge is void, and booked': [
      ':otherBooking/charge',
      set('payment.charges', chargeOf(':otherBooking'), { state: 'VOID' }),
    ],
  },
  'refunded-is-booked': {
    'a refund is made, and not booked': [
      ':chargedBooking/gift/1',
      copy('payment.refunds', `charge_key = ':cancelled/charge'`, {
        key: ':chargedBooking/gift',
        charge_key: ':chargedBooking/charge',
      }),
    ],
  },
  'refunds-within-charge': {
    'money is reserved for no refund': [
      ':chargedBooking/charge',
      set('payment.charges', chargeOf(':chargedBooking'), { refunded: 5 }),
    ],
  },
  'doubt-is-short': {
    'a charge stays in doubt': [
      'bkg_lost/charge',
      copy('payment.charges', chargeOf(':chargedBooking'), {
        key: 'bkg_lost/charge',
        id: 'pay_lost',
        provider_charge_id: null,
        state: 'UNKNOWN',
        sent_at: sql(`now() - interval '61 minutes'`),
      }),
    ],
  },
  'charge-of-a-thing': {
    'a charge is for no booking': [
      'bkg_none/charge',
      copy('payment.charges', chargeOf(':chargedBooking'), {
        key: 'bkg_none/charge',
        id: 'pay_none',
        provider_charge_id: 'ch_none',
      }),
    ],
  },
  'moved-is-booked': {
    'the provider captured what is not booked': [
      'bkg_stranger/charge',
      copy('psp.statement', chargeOf(':chargedBooking'), {
        line: NEXT_LINE,
        key: 'bkg_stranger/charge',
        charge_id: 'ch_stranger',
      }),
    ],
    'the provider captured another amount': [
      ':otherBooking/charge',
      set('psp.statement', chargeOf(':otherBooking'), { amount: sql('amount - 1') }),
    ],
    'money went back behind our back': [
      ':thirdBooking/refund/stray',
      copy('psp.statement', chargeOf(':thirdBooking'), {
        line: NEXT_LINE,
        kind: 'refund',
        key: ':thirdBooking/refund/stray',
      }),
    ],
  },
  'booked-is-moved': {
    'a capture is booked, and missing at the provider': [
      ':chargedBooking/charge',
      remove('psp.statement', chargeOf(':chargedBooking')),
    ],
  },
  'provider-account': {
    'the provider captured less': [
      'provider',
      set('psp.statement', chargeOf(':chargedBooking'), { amount: sql('amount - 1') }),
    ],
  },
  'captured-once': {
    'a booking is captured twice': [
      ':chargedBooking',
      copy('psp.statement', chargeOf(':chargedBooking'), { line: NEXT_LINE, key: ':chargedBooking/again' }),
    ],
  },
};

export const TOP_UPS: Breaches = {
  'top-up-paid': {
    'a top-up failed, and its money stayed': [
      ':topUp',
      set('payment.top_ups', { id: ':topUp' }, { status: 'FAILED', failure: 'payment-unavailable' }),
    ],
    'a top-up is credited, and its money went back': [
      ':topUp',
      set('payment.charges', chargeOf(':topUp'), { refunded: sql('amount') }),
    ],
  },
  'top-up-charge-settled': {
    'a charge stays in doubt': [':topUp', set('payment.charges', chargeOf(':topUp'), { state: 'UNKNOWN' })],
  },
  'top-up-credited-once': {
    'a top-up is not credited': ['top_x', copy('payment.top_ups', { id: ':topUp' }, { id: 'top_x' })],
    'a top-up is credited twice': [
      ':topUp',
      copy('payment.transfers', `business_id = ':topUp' AND kind = 'TOP_UP'`, {
        position: NEXT_POSITION,
        id: 'trf_again',
        key: ':topUp/again',
      }),
    ],
    'a top-up is credited to another customer': [
      ':topUp',
      set('payment.transfers', `business_id = ':topUp' AND kind = 'TOP_UP'`, {
        to_account: 'deposit::rider',
      }),
    ],
  },
  'transfer-of-a-thing': {
    'a top-up is credited, and not there': [
      ':topUp/credit',
      set('payment.transfers', `business_id = ':topUp' AND kind = 'TOP_UP'`, { business_id: 'top_none' }),
    ],
    'a fee is taken for no rental': [
      ':rental/charge',
      set('payment.transfers', chargeOf(':rental'), { business_id: 'rnt_none' }),
    ],
    'points are credited for no conversion': [
      ':conversion/credit',
      set('payment.transfers', `business_id = ':conversion'`, { business_id: 'cnv_none' }),
    ],
  },
};
