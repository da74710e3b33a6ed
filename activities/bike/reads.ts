import type { Knex } from 'knex';
import type { BikeStatus, ConversionStatus, RentalStatus, ReportStatus } from '../../workflows/bike/contract';
import { columns, inPage, isRow, type PageWanted } from '../database';
import { type Area, inArea, type Placed, STANDING, type Standing } from '../places';
import type { PointKind } from './points';

export interface Bike extends Placed {
  id: string;
  status: BikeStatus;
  location: string;
  /** Percent. */
  batteryLevel: number;
}

export interface BikeFilter extends Area {
  status?: BikeStatus | undefined;
  batteryBelow?: number | undefined;
  limit: number;
  /** The id of the last one seen. */
  after?: string | undefined;
}

export interface RentalFilter {
  customer?: string | undefined;
  status?: RentalRow['status'] | undefined;
  bikeId?: string | undefined;
}

export interface RentalRow {
  id: string;
  customer: string;
  bikeId: string;
  status: Exclude<RentalStatus, 'REFUSED'>;
  startedAt: Date;
  startLocation: string;
  endedAt: Date | null;
  endLocation: string | null;
}

interface ReportRow {
  manager: string;
  bikeId: string;
  status: ReportStatus;
  pointsEarned: number;
  points: number;
  failure: string | null;
}

interface ConversionRow {
  manager: string;
  status: ConversionStatus;
  points: number;
  pointsLeft: number;
  failure: string | null;
}

export interface PointEntryRow {
  id: string;
  at: Date;
  kind: PointKind;
  /** Negative for what went. */
  points: number;
  /** After it. */
  balance: number;
  /** Id of the report or conversion. */
  reference: string;
}

const BIKE = columns([
  'id',
  'status',
  'location',
  'batteryLevel',
  'stationId',
  'lat',
  'lon',
]) satisfies Record<keyof Bike, string>;
export const RENTAL = columns([
  'id',
  'customer',
  'bikeId',
  'status',
  'startedAt',
  'startLocation',
  'endedAt',
  'endLocation',
]) satisfies Record<keyof RentalRow, string>;
const REPORT = columns(['manager', 'bikeId', 'status', 'pointsEarned', 'points', 'failure']) satisfies Record<
  keyof ReportRow,
  string
>;
const CONVERSION = columns(['manager', 'status', 'points', 'pointsLeft', 'failure']) satisfies Record<
  keyof ConversionRow,
  string
>;

/** What the API reads of bikes, rentals, reports and points. */
export class BikeReads {
  constructor(private readonly db: Knex) {}

  async bike(id: string): Promise<Bike | undefined> {
    return this.db('bike.bikes').where({ id, removed_at: null }).first<Bike | undefined>(BIKE);
  }

  /** By id. @returns undefined where `after` is no bike */
  async bikes({ status, batteryBelow, limit, after, ...area }: BikeFilter): Promise<Bike[] | undefined> {
    if (!(await isRow(this.db, 'bike.bikes', after))) return undefined;
    const query = this.db('bike.bikes').where({ removed_at: null }).orderBy('id').limit(limit);
    if (status !== undefined) void query.where({ status });
    if (batteryBelow !== undefined) void query.where('battery_level', '<', batteryBelow);
    inArea(query, area);
    if (after !== undefined) void query.where('id', '>', after);
    return query.select<Bike[]>(BIKE);
  }

  /** All that nobody has. */
  async standing(): Promise<Standing[]> {
    return this.db('bike.bikes')
      .where({ removed_at: null })
      .whereNot({ status: 'IN_USE' })
      .select<Standing[]>(STANDING, this.db.raw("status = 'BROKEN' AS broken"));
  }

  async rental(id: string): Promise<RentalRow | undefined> {
    return this.db('bike.rentals')
      .where({ id })
      .whereNot({ status: 'REFUSED' })
      .first<RentalRow | undefined>(RENTAL);
  }

  /** @returns undefined where the page begins after no rental of theirs */
  async rentals(
    { customer, status, bikeId }: RentalFilter,
    page: PageWanted,
  ): Promise<RentalRow[] | undefined> {
    if (!(await isRow(this.db, 'bike.rentals', page.after, { customer }))) return undefined;
    const query = this.db('bike.rentals').whereNot({ status: 'REFUSED' });
    if (customer !== undefined) void query.where({ customer });
    if (status !== undefined) void query.where({ status });
    if (bikeId !== undefined) void query.where({ bike_id: bikeId });
    return inPage(query, page).select<RentalRow[]>(RENTAL);
  }

  /** Why a rental was refused; undefined when it was not, or nobody decided on it. */
  async refusedRental(id: string): Promise<string | undefined> {
    const row = await this.db('bike.rentals')
      .where({ id, status: 'REFUSED' })
      .first<{ failure: string } | undefined>('failure');
    return row?.failure;
  }

  /** Whether a bill of the customer stands unpaid. */
  async owes(customer: string): Promise<boolean> {
    const debt = await this.db('bike.debts')
      .where({ customer, paid_at: null })
      .first<object | undefined>('rental_id');
    return debt !== undefined;
  }

  /** How many bikes the customer has. */
  async held(customer: string): Promise<number> {
    const row = await this.db('bike.rentals')
      .where({ customer, status: 'RENTED' })
      .first<{ held: number }>(this.db.raw('count(*) AS held'));
    return row.held;
  }

  async report(id: string): Promise<ReportRow | undefined> {
    return this.db('bike.reports').where({ id }).first<ReportRow | undefined>(REPORT);
  }

  /** @param id of the registration @returns whom it registered */
  async registered(id: string): Promise<string | undefined> {
    const row = await this.db('bike.managers')
      .where({ registration: id })
      .first<{ manager: string } | undefined>('manager');
    return row?.manager;
  }

  /** The id of the one made last. */
  async newestRegistration(): Promise<string | undefined> {
    const query = this.db('bike.managers').whereNotNull('registration').orderBy('registration', 'desc');
    return (await query.first<{ id: string } | undefined>({ id: 'registration' }))?.id;
  }

  async manager(manager: string): Promise<{ points: number; reports: number }> {
    const row = await this.db('bike.managers')
      .where({ manager })
      .first<{ points: number; reports: number } | undefined>('points', 'reports');
    return row ?? { points: 0, reports: 0 };
  }

  /** Whether an administrator has registered the manager (B6). */
  async isRegistered(manager: string): Promise<boolean> {
    const row = await this.db('bike.managers')
      .where({ manager })
      .whereNotNull('registration')
      .first<object | undefined>('manager');
    return row !== undefined;
  }

  /** Newest first. `before`: the id of the last one seen. @returns undefined where that is none of theirs */
  async pointEntries(manager: string, limit: number, before?: string): Promise<PointEntryRow[] | undefined> {
    if (!(await isRow(this.db, 'bike.point_entries', before, { manager }))) return undefined;
    const query = this.db('bike.point_entries').where({ manager }).orderBy('number', 'desc').limit(limit);
    if (before !== undefined)
      void query.where(
        'number',
        '<',
        this.db('bike.point_entries').where({ id: before, manager }).select('number'),
      );
    return query.select<PointEntryRow[]>('id', 'at', 'kind', 'points', 'balance', 'reference');
  }

  async conversion(id: string): Promise<ConversionRow | undefined> {
    return this.db('bike.conversions').where({ id }).first<ConversionRow | undefined>(CONVERSION);
  }
}
