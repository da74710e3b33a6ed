import { typeid } from 'typeid-js';
import type { Service } from '../../../config';
import { BOOKINGS } from '../../../invariants/movie';
import { CONVERSIONS } from '../../../invariants/bike-conversions';
import { RENTALS } from '../../../invariants/bike-rentals';
import { REPORTS } from '../../../invariants/bike-reports';
import { ORDERS } from '../../../invariants/food';
import { PASSES, RIDES } from '../../../invariants/kickboard';
import { breachesOf, type ThingLaws } from '../../../invariants/things';
import { TOP_UPS } from '../../../invariants/top-ups';
import type { ConvertPoints } from '../../../workflows/bike/contract';
import type { BuyPass } from '../../../workflows/kickboard/contract';
import type { Backend, Times } from '../backend';
import { kindOf } from '../kinds';
import { screeningFrom } from '../orders';
import { MemoryBike } from './bike';
import { MemoryFood } from './food';
import { MemoryKickboard } from './kickboard';
import { MemoryMovie } from './movie';
import { MemoryPayment } from './payment';

/**
 * All domains in memory: workflow logic alone, milliseconds a case. The same steps are proved on PostgreSQL beside it
 * (tests/pairs, tests/faults/crashes, and the whole sweep by `npm run test:full`).
 */
export class MemoryBackend implements Backend {
  readonly payment = new MemoryPayment();
  readonly movie = new MemoryMovie(this.payment);
  readonly kickboards = new MemoryKickboard(this.payment);
  readonly bikes = new MemoryBike(this.payment);
  readonly food = new MemoryFood(this.payment);

  readonly activities: Readonly<Record<Service, object>> = {
    movie: this.movie.movie,
    boxoffice: this.movie.boxoffice,
    payment: this.payment.activities,
    kickboard: this.kickboards.activities,
    bike: this.bikes.bike,
    billing: this.bikes.billing,
    food: this.food.food,
    delivery: this.food.delivery,
  };

  async screening(times?: Times) {
    return screeningFrom(times);
  }

  async kickboard(location = '정자역'): Promise<string> {
    const id = typeid('kbd').toString();
    this.kickboards.kickboards.set(id, { status: 'REGISTERED', location });
    return id;
  }

  async bike(location = '정자역'): Promise<string> {
    const id = typeid('bik').toString();
    this.bikes.bikes.set(id, { status: 'AVAILABLE', location, batteryLevel: 90, nextStatus: null });
    return id;
  }

  async bought(pass: BuyPass): Promise<void> {
    this.kickboards.addPass(pass);
  }

  async deposit(customer: string, amount: number): Promise<void> {
    this.payment.raise(customer, amount);
  }

  async manager(manager: string, points: number): Promise<void> {
    this.bikes.points.set(manager, points);
  }

  /** Rides may be overdue here from the start. */
  async overdueRides(): Promise<void> {}

  async customerOf(rental: string): Promise<string> {
    return this.bikes.customerOf(rental);
  }

  async creditOf({ id }: ConvertPoints) {
    const { conversions } = this.payment;
    conversions.open(id, { status: 'FAILED', customer: '', price: 0 }, 'points-refused');
    return conversions.get(id)?.status ?? ('FAILED' as const);
  }

  async statusOf(id: string): Promise<string | undefined> {
    switch (kindOf(id)) {
      case 'bkg':
        return this.movie.statusOf(id);
      case 'pas':
      case 'rid':
        return this.kickboards.statusOf(id);
      case 'rnt':
      case 'rpt':
      case 'cnv':
        return this.bikes.statusOf(id);
      case 'ord':
      case 'dlv':
        return this.food.statusOf(id);
      case 'top':
        return this.payment.topUps.get(id)?.status;
    }
  }

  async waits(id: string, cancelled: boolean): Promise<boolean> {
    switch (kindOf(id)) {
      case 'bkg':
        return !cancelled && this.movie.statusOf(id) === 'BOOKED' && this.movie.hasTicket(id);
      case 'ord':
        return !cancelled && this.food.statusOf(id) === 'DELIVERING';
      case 'rid':
        return !cancelled && this.kickboards.waits(id);
      case 'rnt':
        return this.bikes.rests(id, cancelled);
      default:
        return false;
    }
  }

  async judge(ids: readonly string[]): Promise<Map<string, string[]>> {
    return new Map(ids.map((id) => [id, this.breachesOf(id)]));
  }

  private breachesOf(id: string): string[] {
    switch (kindOf(id)) {
      case 'bkg':
        return judged(BOOKINGS, this.movie.facts(id));
      case 'pas':
        return judged(PASSES, this.kickboards.passFacts(id));
      case 'rid':
        return judged(RIDES, this.kickboards.rideFacts(id));
      case 'rnt':
        return judged(RENTALS, this.bikes.rentalFacts(id));
      case 'rpt':
        return judged(REPORTS, this.bikes.reportFacts(id));
      case 'cnv':
        return judged(CONVERSIONS, this.bikes.conversionFacts(id));
      case 'ord':
        return judged(ORDERS, this.food.facts(id));
      case 'top':
        return judged(TOP_UPS, this.payment.topUpFacts(id));
      case 'dlv':
        return [];
    }
  }

  async close(): Promise<void> {}
}

const judged = <Facts>(laws: ThingLaws<Facts>, facts: Facts | undefined) =>
  facts === undefined ? ['nothing is on record of it'] : breachesOf(laws, facts);
