import { typeid } from 'typeid-js';
import type { PaymentActivities } from '../../../activities/payment/activities';
import { refusal } from '../../../activities/refusal';
import type { ChargeFacts } from '../../../invariants/charges';
import type { TopUpFacts } from '../../../invariants/top-ups';
import type { TransferFacts } from '../../../invariants/transfers';
import {
  CHARGE_CLOSED,
  type Captured,
  type Charge,
  type Conversion,
  type CreditStatus,
  REFUND_UNKNOWN,
  type TopUp,
} from '../../../workflows/payment/contract';
import { Rows } from './first-word';

interface ChargeRow {
  id: string;
  state: 'CAPTURED' | 'DECLINED' | 'VOID';
  amount: number;
  refunded: number;
  madeGood: number;
  writtenOff: number;
  /** Whose deposit paid; undefined for a card. */
  deposit?: string | undefined;
}

interface Credit {
  status: CreditStatus;
  customer: string;
  price: number;
}

/** The payment service in memory, with a provider that is always there: what goes wrong with a step is the harness's. */
export class MemoryPayment {
  /** Whole KRW by customer. */
  readonly deposits = new Map<string, number>();
  /** Rental id → what waits for the next top-up. */
  readonly unpaid = new Map<string, { customer: string; amount: number }>();
  readonly topUps = new Rows<Credit>();
  readonly conversions = new Rows<Credit>();
  /** Keys of differences between ledger and statement, while they last. */
  readonly differences = new Set<string>();
  /** Keys of refunds that were made after they had been given up on, until what they were for is cancelled. */
  readonly lateRefunds = new Set<string>();
  private readonly charges = new Map<string, ChargeRow>();
  private readonly refunds = new Map<string, { refunded: boolean; refused: Set<string> }>();
  private readonly transfers = new Map<string, TransferFacts[]>();
  private readonly decisions = new Set<string>();

  charge(id: string): ChargeFacts | undefined {
    return this.charges.get(id);
  }

  /** Transfers on a customer's deposit that were made for a thing. */
  transfersOf(id: string): TransferFacts[] {
    return this.transfers.get(id) ?? [];
  }

  topUpFacts(id: string): TopUpFacts | undefined {
    const topUp = this.topUps.get(id);
    if (!topUp) return undefined;
    const { status, customer, price } = topUp;
    const told = this.topUps.told(id);
    return { id, status, customer, price, charge: this.charge(id), credited: this.transfersOf(id), told };
  }

  raise(customer: string, amount: number): void {
    this.deposits.set(customer, this.balanceOf(customer) + amount);
  }

  balanceOf(customer: string): number {
    return this.deposits.get(customer) ?? 0;
  }

  readonly activities: PaymentActivities = {
    charge: async (order) => {
      const before = this.charges.get(order.for);
      if (!before && Date.now() >= order.answerBy) throw refusal('payment-unavailable');
      return outcomeOf(before ?? this.take(order));
    },
    pay: async (order) => {
      const before = this.charges.get(order.for);
      if (before?.state === 'VOID') throw refusal(CHARGE_CLOSED);
      if (!before && Date.now() >= order.answerBy) return undefined;
      return outcomeOf(before ?? this.take(order));
    },
    dropCharge: async (id) => {
      const charge = this.closed(id);
      return charge.state === 'CAPTURED' ? { paymentId: charge.id } : undefined;
    },
    refund: async ({ of, step, amount, request }) => {
      const charge = this.charges.get(of);
      if (charge?.state !== 'CAPTURED') throw refusal('refund-unavailable');
      const refund = this.refundOf(of, step);
      const part = amount ?? charge.amount;
      if (refund.refunded) return { amount: part };
      if (refund.refused.has(request)) throw refusal(REFUND_UNKNOWN);
      this.giveBack(charge, part);
      refund.refunded = true;
      return { amount: part };
    },
    refundBegun: async (id) => (this.refundOf(id, 'refund').refunded ? 'refund' : undefined),
    settleRefund: async (id, step, request) => {
      const refund = this.refundOf(id, step);
      if (!refund.refunded) refund.refused.add(request);
      return { refunded: refund.refunded };
    },
    giveBack: async (id) => {
      const charge = this.closed(id);
      if (charge.state === 'CAPTURED') this.giveBack(charge, charge.amount - charge.refunded);
      return charge.writtenOff > 0 ? 'WRITTEN_OFF' : 'REFUNDED';
    },
    // Here undos come about at once.
    undoLasts: async () => 'FAILING',
    undone: async () => undefined,
    decide: async ({ about, action, key }) => {
      if (this.decisions.has(key)) return;
      this.decisions.add(key);
      this.differences.delete(about);
      const charge = this.charges.get(about.split('/')[0] ?? '');
      if (action === 'retry' || charge?.state !== 'CAPTURED') return;
      if (action === 'write-off') charge.writtenOff = charge.amount - charge.refunded;
      charge.refunded = charge.amount;
    },
    creditTopUp: async (order) => this.credit(this.topUps, order, 'topped-up', 'top-up-refused'),
    failTopUp: async (order, _failure) => this.fail(this.topUps, order, 'top-up-refused'),
    creditConversion: async (order) =>
      this.credit(this.conversions, order, 'points-credited', 'points-refused'),
    refuseConversion: async (order) => this.fail(this.conversions, order, 'points-refused'),
    payBill: async ({ rentalId, customer, fee }) => {
      if (this.transfers.has(rentalId)) return true;
      if (this.balanceOf(customer) < fee) {
        this.unpaid.set(rentalId, { customer, amount: fee });
        return false;
      }
      this.unpaid.delete(rentalId);
      this.raise(customer, -fee);
      this.transfers.set(rentalId, [{ amount: fee, account: `deposit:${customer}` }]);
      return true;
    },
    readStatement: async () => ({ lastTransfer: 0, more: false }),
    compareBooks: async () =>
      [...this.differences].map((key) => ({
        id: `prk_${key}`,
        key,
        kind: 'MISMATCH' as const,
        businessId: key,
      })),
    // This provider tells of nothing.
    checkNotice: async () => true,
    checkLateRefund: async (key) => !this.lateRefunds.has(key),
    closeLateRefund: async (id) => void this.lateRefunds.delete(`${id}/refund`),
    checkDifference: async (report) => {
      this.differences.delete(report);
      return true;
    },
  };

  private take({ for: id, customer, amount, by }: Charge): ChargeRow {
    const fromDeposit = by.method === 'deposit';
    const declined = fromDeposit ? this.balanceOf(customer) < amount : by.token === 'tok_declined';
    if (fromDeposit && !declined) this.raise(customer, -amount);
    const charge: ChargeRow = {
      id: typeid('pay').toString(),
      state: declined ? 'DECLINED' : 'CAPTURED',
      amount,
      refunded: 0,
      madeGood: 0,
      writtenOff: 0,
      deposit: fromDeposit ? customer : undefined,
    };
    this.charges.set(id, charge);
    return charge;
  }

  /** No charge under that key is taken any more. */
  private closed(id: string): ChargeRow {
    const charge = this.charges.get(id) ?? {
      id: typeid('pay').toString(),
      state: 'VOID',
      amount: 0,
      refunded: 0,
      madeGood: 0,
      writtenOff: 0,
    };
    this.charges.set(id, charge);
    return charge;
  }

  private refundOf(id: string, step: string) {
    const key = `${id}/${step}`;
    const refund = this.refunds.get(key) ?? { refunded: false, refused: new Set<string>() };
    this.refunds.set(key, refund);
    return refund;
  }

  private giveBack(charge: ChargeRow, amount: number): void {
    charge.refunded += amount;
    if (charge.deposit !== undefined) this.raise(charge.deposit, amount);
  }

  private credit(rows: Rows<Credit>, order: TopUp | Conversion, event: string, refused: string): string[] {
    const { id, customer, amount, answerBy } = order;
    const row: Credit = { status: 'CREDITED', customer, price: amount };
    if (Date.now() < answerBy && rows.open(id, row, event)) {
      this.raise(customer, amount);
      this.transfers.set(id, [{ amount, account: `deposit:${customer}` }]);
    } else if (this.fail(rows, order, refused) === 'FAILED') throw refusal('payment-unavailable');
    return [...this.unpaid].flatMap(([rental, bill]) =>
      bill.customer === customer && bill.amount <= this.balanceOf(customer) ? [rental] : [],
    );
  }

  private fail(
    rows: Rows<Credit>,
    { id, customer, amount }: TopUp | Conversion,
    event: string,
  ): CreditStatus {
    rows.open(id, { status: 'FAILED', customer, price: amount }, event);
    return rows.get(id)?.status ?? 'FAILED';
  }
}

function outcomeOf(charge: ChargeRow): Captured {
  if (charge.state === 'CAPTURED') return { paymentId: charge.id };
  throw refusal(charge.state === 'DECLINED' ? 'payment-declined' : 'payment-unavailable');
}
