import type { BikeActivities } from '../../../activities/bike/activities';
import type { BillingActivities } from '../../../activities/billing/activities';
import { refusal } from '../../../activities/refusal';
import type { ConversionFacts } from '../../../invariants/bike-conversions';
import type { RentalFacts } from '../../../invariants/bike-rentals';
import type { ReportFacts } from '../../../invariants/bike-reports';
import type {
  ConversionStatus,
  RentalStatus,
  ReportBike,
  ReportStatus,
} from '../../../workflows/bike/contract';
import { feeOf, minutesOf } from '../../../workflows/billing/policy';
import { Rows } from './first-word';
import type { MemoryPayment } from './payment';

interface Rental {
  status: RentalStatus;
  customer: string;
  bikeId: string;
  startedAt: number | null;
  endedAt: number | null;
  endLocation: string | null;
}
type Bike = RentalFacts['bike'] & ReportFacts['bike'];
type Bill = Omit<NonNullable<RentalFacts['bill']>, 'told'>;
interface Conversion {
  status: ConversionStatus;
  manager: string;
  points: number;
  entries: ConversionFacts['entries'];
}

const UNAVAILABLE = 'bike-unavailable-now';

/** Bikes, rentals, bills, reports and points in memory, with the transitions of their repositories. */
export class MemoryBike {
  readonly bikes = new Map<string, Bike>();
  readonly points = new Map<string, number>();
  private readonly rentals = new Rows<Rental>();
  private readonly bills = new Rows<Bill>();
  /** Rental id → whether its debt is open. */
  private readonly debts = new Map<string, boolean>();
  private readonly reports = new Rows<
    Pick<ReportBike, 'bikeId' | 'batteryLevel' | 'usable'> & { status: ReportStatus }
  >();
  private readonly conversions = new Rows<Conversion>();

  constructor(private readonly payment: MemoryPayment) {}

  /** Of a rental that is back, the status of its bill. */
  statusOf(id: string): string | undefined {
    const rental = this.rentals.get(id);
    if (rental?.status === 'RETURNED') {
      const bill = this.bills.get(id)?.status ?? 'none';
      return bill === 'CLOSED' || bill === 'UNPAID' ? bill : `RETURNED, its bill ${bill}`;
    }
    return (rental ?? this.reports.get(id) ?? this.conversions.get(id))?.status;
  }

  customerOf(rental: string): string {
    return this.rentals.get(rental)?.customer ?? '';
  }

  /** Whether a rental waits like this for its customer. */
  rests(id: string, cancelled: boolean): boolean {
    const status = this.statusOf(id);
    if (status === 'RENTED') return !cancelled && this.bills.get(id) !== undefined;
    const bill = this.payment.unpaid.get(id);
    // What the deposit could pay does not wait.
    return (
      status === 'UNPAID' &&
      this.debts.get(id) === true &&
      !!bill &&
      this.payment.balanceOf(bill.customer) < bill.amount
    );
  }

  rentalFacts(id: string): RentalFacts | undefined {
    const rental = this.rentals.get(id);
    const bike = rental && this.bikes.get(rental.bikeId);
    if (!rental || !bike) return undefined;
    const { status, customer, startedAt, endedAt, endLocation } = rental;
    const bill = this.bills.get(id);
    return {
      ...{ id, status, customer, startedAt, endedAt, endLocation, bike },
      latest: true,
      bill: bill && { ...bill, told: this.bills.told(id) },
      taken: this.payment.transfersOf(id),
      debt: this.debts.get(id) === true,
      unpaid: this.payment.unpaid.get(id)?.amount,
      told: this.rentals.told(id),
    };
  }

  reportFacts(id: string): ReportFacts | undefined {
    const report = this.reports.get(id);
    const bike = report && this.bikes.get(report.bikeId);
    if (!report || !bike) return undefined;
    const { status, batteryLevel, usable } = report;
    return { id, status, batteryLevel, usable, latest: true, bike, told: this.reports.told(id) };
  }

  conversionFacts(id: string): ConversionFacts | undefined {
    const conversion = this.conversions.get(id);
    if (!conversion) return undefined;
    const { status, manager, points, entries } = conversion;
    const credit = this.payment.conversions.get(id);
    return {
      id,
      status,
      manager,
      points,
      entries,
      credit: credit && { status: credit.status, amount: credit.price },
      credited: this.payment.transfersOf(id),
      told: this.conversions.told(id),
    };
  }

  readonly bike: BikeActivities = {
    claim: async ({ id, customer, bikeId, startedAt, answerBy }) => {
      const before = this.rentals.get(id);
      if (before?.startedAt) return before.startedAt;
      if (before || Date.now() >= answerBy) throw refusal(UNAVAILABLE);
      const bike = this.bikes.get(bikeId);
      const owes = [...this.debts].some(([rental, open]) => open && this.customerOf(rental) === customer);
      if (owes) throw refusal('unpaid-bill');
      if (bike?.status !== 'AVAILABLE') throw refusal('bike-unavailable');
      this.rentals.open(id, { ...NOT_BACK, status: 'RENTED', customer, bikeId, startedAt }, 'rented');
      bike.status = 'IN_USE';
      return startedAt;
    },
    refuseRental: async ({ id, customer, bikeId }, _failure) => {
      this.rentals.open(id, { ...NOT_BACK, status: 'REFUSED', customer, bikeId, startedAt: null });
      const { status = 'REFUSED', startedAt = null } = this.rentals.get(id) ?? {};
      return { status, startedAt };
    },
    takeBack: async (id, { endedAt, location, answerBy = Infinity }) => {
      const rental = this.rentals.get(id);
      const bike = rental && this.bikes.get(rental.bikeId);
      const endLocation = location ?? bike?.location ?? '';
      const back = { status: 'RETURNED', endedAt, endLocation } as const;
      if (Date.now() < answerBy && this.rentals.move(id, ['RENTED'], back, 'returned') && bike) {
        Object.assign(bike, {
          status: bike.nextStatus ?? 'AVAILABLE',
          nextStatus: null,
          location: endLocation,
        });
        return;
      }
      if (rental?.status !== 'RETURNED') throw refusal(UNAVAILABLE);
    },
    owe: async (_customer, rentalId) => {
      if (!this.debts.has(rentalId)) this.debts.set(rentalId, true);
    },
    oweNoMore: async (rentalId) => {
      this.debts.set(rentalId, false);
    },
    applyReport: async ({ id, bikeId, manager, batteryLevel, usable, points, answerBy }) => {
      const row = { status: 'APPLIED', bikeId, batteryLevel, usable } as const;
      if (Date.now() < answerBy && this.reports.open(id, row, 'reported')) {
        this.points.set(manager, (this.points.get(manager) ?? 0) + points);
        const bike = this.bikes.get(bikeId);
        const status = usable ? 'AVAILABLE' : 'BROKEN';
        if (bike)
          Object.assign(bike, { batteryLevel, [bike.status === 'IN_USE' ? 'nextStatus' : 'status']: status });
      } else if (this.reports.get(id)?.status !== 'APPLIED') throw refusal(UNAVAILABLE);
    },
    refuseReport: async ({ id, bikeId, batteryLevel, usable }, _failure) => {
      this.reports.open(id, { status: 'REFUSED', bikeId, batteryLevel, usable });
      return this.reports.get(id)?.status ?? 'REFUSED';
    },
    takePoints: async ({ id, manager, points, answerBy }) => {
      const before = this.conversions.get(id);
      if (before?.status === 'TAKEN') return;
      if (before || Date.now() >= answerBy) throw refusal(UNAVAILABLE);
      if ((this.points.get(manager) ?? 0) < points) throw refusal('not-enough-points');
      const entries = [{ kind: 'CONVERSION', points: -points }];
      this.conversions.open(id, { status: 'TAKEN', manager, points, entries }, 'points-taken');
      this.points.set(manager, (this.points.get(manager) ?? 0) - points);
    },
    converted: async (id) => {
      this.conversions.move(id, ['TAKEN'], { status: 'CONVERTED' }, 'points-converted');
      return this.conversions.get(id)?.status ?? 'REFUSED';
    },
    givePointsBack: async ({ id, manager, points }, _failure) => {
      this.conversions.open(id, { status: 'REFUSED', manager, points, entries: [] });
      const entries = [...(this.conversions.get(id)?.entries ?? []), { kind: 'GIVEN_BACK', points }];
      if (this.conversions.move(id, ['TAKEN'], { status: 'GIVEN_BACK', entries }, 'points-given-back'))
        this.points.set(manager, (this.points.get(manager) ?? 0) + points);
      return this.conversions.get(id)?.status ?? 'REFUSED';
    },
  };

  readonly billing: BillingActivities = {
    openBill: async ({ rentalId, customer, tariff }) => {
      const open = { from: null, to: null, minutes: null, fee: null };
      this.bills.open(rentalId, { status: 'OPEN', customer, tariff, ...open }, 'opened');
    },
    assess: async (rentalId, from, to) => {
      const bill = this.bills.get(rentalId);
      if (!bill) throw new Error(`no bill of ${rentalId}`);
      const minutes = minutesOf(from, to);
      const fee = feeOf(minutes, bill.tariff);
      if (bill.fee === null) this.bills.move(rentalId, ['OPEN'], { from, to, minutes, fee }, 'assessed');
      return { minutes: bill.minutes ?? minutes, fee: bill.fee ?? fee };
    },
    leaveUnpaid: async (rentalId) => {
      this.bills.move(rentalId, ['OPEN'], { status: 'UNPAID' }, 'unpaid');
    },
    close: async (rentalId) => {
      this.bills.move(rentalId, ['OPEN', 'UNPAID'], { status: 'CLOSED' }, 'closed');
    },
  };
}

const NOT_BACK = { endedAt: null, endLocation: null };
