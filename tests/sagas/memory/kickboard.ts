import type { KickboardActivities } from '../../../activities/kickboard/activities';
import { refusal } from '../../../activities/refusal';
import type { PassFacts, RideFacts } from '../../../invariants/kickboard';
import type { BuyPass, PassStatus, RideStatus } from '../../../workflows/kickboard/contract';
import { Rows } from './first-word';
import type { MemoryPayment } from './payment';

interface Pass {
  status: PassStatus;
  customer: string;
  price: number;
  ridesTotal: number;
  ridesLeft: number;
  paymentId: string | null;
  answerBy: number;
}

interface Ride {
  /** Was due, and missing, before it began. */
  overdue: boolean;
  status: RideStatus;
  kickboardId: string;
  startedAt: number | null;
  due: boolean;
  missing: boolean;
  endLocation: string | null;
}

const UNAVAILABLE = 'kickboard-unavailable-now';

/** Passes, rides and kickboards in memory, with the transitions of their repositories. */
export class MemoryKickboard {
  readonly kickboards = new Map<string, RideFacts['kickboard']>();
  private readonly passes = new Rows<Pass>();
  private readonly rides = new Rows<Ride>();

  constructor(private readonly payment: MemoryPayment) {}

  statusOf(id: string): string | undefined {
    return (this.passes.get(id) ?? this.rides.get(id))?.status;
  }

  /** Rented, and all is told that is due. */
  waits(id: string): boolean {
    const ride = this.rides.get(id);
    return ride?.status === 'RENTED' && (!ride.overdue || ride.missing);
  }

  /** A pass as one that was bought. */
  addPass(order: BuyPass): void {
    this.passes.open(order.id, { ...rowOf(order, 'AVAILABLE'), paymentId: 'pay_before' }, 'pass-opened');
    this.passes.get(order.id)?.told.push('pass-bought');
  }

  passFacts(id: string): PassFacts | undefined {
    const pass = this.passes.get(id);
    if (!pass) return undefined;
    const { status, price, ridesTotal, ridesLeft, paymentId } = pass;
    const charge = this.payment.charge(id);
    return { id, status, price, ridesTotal, ridesLeft, paymentId, charge, told: this.passes.told(id) };
  }

  rideFacts(id: string): RideFacts | undefined {
    const ride = this.rides.get(id);
    const kickboard = ride && this.kickboards.get(ride.kickboardId);
    if (!ride || !kickboard) return undefined;
    const { status, missing, endLocation } = ride;
    return { id, status, missing, endLocation, latest: true, kickboard, told: this.rides.told(id) };
  }

  readonly activities: KickboardActivities = {
    openPass: async (order) => {
      if (Date.now() < order.answerBy)
        this.passes.open(order.id, rowOf(order, 'READY_FOR_PAY'), 'pass-opened');
      if (this.statusOf(order.id) !== 'READY_FOR_PAY') throw refusal(UNAVAILABLE);
    },
    confirmPass: async (id, paymentId) => {
      const change = { status: 'AVAILABLE', paymentId } as const;
      const inTime = Date.now() < (this.passes.get(id)?.answerBy ?? 0);
      if (inTime && this.passes.move(id, ['READY_FOR_PAY'], change, 'pass-bought')) return;
      if (this.statusOf(id) !== 'AVAILABLE') throw refusal(UNAVAILABLE);
    },
    failPass: async (order, _failure) => {
      if (!this.passes.open(order.id, rowOf(order, 'FAILED'), 'pass-refused'))
        this.passes.move(order.id, ['READY_FOR_PAY'], { status: 'FAILED' }, 'pass-refused');
      return this.passes.get(order.id)?.status ?? 'FAILED';
    },
    claim: async ({ id, kickboardId, passId, startedAt, minutes, answerBy }) => {
      const before = this.rides.get(id);
      if (before?.startedAt) return before.startedAt;
      if (before || Date.now() >= answerBy) throw refusal(UNAVAILABLE);
      const [kickboard, pass] = [this.kickboards.get(kickboardId), this.passes.get(passId)];
      if (!kickboard || !['REGISTERED', 'RETURNED'].includes(kickboard.status))
        throw refusal('kickboard-unavailable');
      if (pass?.status !== 'AVAILABLE') throw refusal('pass-not-available');
      this.rides.open(
        id,
        { ...NOT_BEGUN, status: 'RENTED', kickboardId, startedAt, overdue: minutes < 0 },
        'rented',
      );
      pass.ridesLeft -= 1;
      if (pass.ridesLeft === 0) pass.status = 'USED';
      pass.told.push('pass-used');
      kickboard.status = 'RENTED';
      return startedAt;
    },
    refuseRide: async ({ id, kickboardId }, _failure) => {
      this.rides.open(id, { ...NOT_BEGUN, status: 'REFUSED', kickboardId });
      const { status = 'REFUSED', startedAt = null } = this.rides.get(id) ?? {};
      return { status, startedAt };
    },
    takeBack: async (id, { location, answerBy = Infinity }) => {
      const ride = this.rides.get(id);
      const kickboard = ride && this.kickboards.get(ride.kickboardId);
      const endLocation = location ?? kickboard?.location ?? '';
      const back = { status: 'RETURNED', endLocation } as const;
      if (Date.now() < answerBy && this.rides.move(id, ['RENTED'], back, 'returned') && kickboard) {
        Object.assign(kickboard, { status: 'RETURNED', location: endLocation });
        return;
      }
      if (ride?.status !== 'RETURNED') throw refusal(UNAVAILABLE);
    },
    remind: async (id) => {
      if (this.rides.get(id)?.due === false) this.rides.move(id, ['RENTED'], { due: true }, 'due');
    },
    miss: async (id) => {
      const ride = this.rides.get(id);
      if (!ride || ride.missing || !this.rides.move(id, ['RENTED'], { missing: true }, 'missing')) return;
      const kickboard = this.kickboards.get(ride.kickboardId);
      if (kickboard) kickboard.status = 'MISSING';
    },
  };
}

const NOT_BEGUN = { startedAt: null, overdue: false, due: false, missing: false, endLocation: null };

const rowOf = ({ customer, price, rides, answerBy }: BuyPass, status: PassStatus): Pass => ({
  ...{ status, customer, price, answerBy, ridesTotal: rides, ridesLeft: rides },
  paymentId: null,
});
