import type { Knex } from 'knex';
import type { KickboardStatus, PassStatus, RideStatus } from '../../workflows/kickboard/contract';
import { columns, inPage, isRow, type PageWanted } from '../database';
import { type Area, inArea, type Placed, STANDING, type Standing } from '../places';

export interface Kickboard extends Placed {
  id: string;
  status: KickboardStatus;
  location: string;
  /** Percent. */
  batteryLevel: number;
}

export interface KickboardFilter extends Area {
  status?: KickboardStatus | undefined;
  batteryBelow?: number | undefined;
  limit: number;
  /** The id of the last one seen. */
  after?: string | undefined;
}

export interface PassRow {
  id: string;
  customer: string;
  type: string;
  /** Whole KRW. */
  price: number;
  status: PassStatus;
  ridesTotal: number;
  ridesLeft: number;
  paymentId: string | null;
  paymentMethod: string;
  failure: string | null;
}

export interface RideRow {
  id: string;
  customer: string;
  kickboardId: string;
  passId: string;
  status: Exclude<RideStatus, 'REFUSED'>;
  minutes: number;
  startedAt: Date;
  dueAt: Date;
  endedAt: Date | null;
  endLocation: string | null;
}

export interface RideFilter {
  customer?: string | undefined;
  status?: RideRow['status'] | undefined;
  kickboardId?: string | undefined;
}

export interface PassFilter {
  customer?: string | undefined;
  status?: PassStatus | undefined;
}

const KICKBOARD = columns([
  'id',
  'status',
  'location',
  'batteryLevel',
  'stationId',
  'lat',
  'lon',
]) satisfies Record<keyof Kickboard, string>;
export const PASS = columns([
  'id',
  'customer',
  'type',
  'price',
  'status',
  'ridesTotal',
  'ridesLeft',
  'paymentId',
  'paymentMethod',
  'failure',
]) satisfies Record<keyof PassRow, string>;
export const RIDE = columns([
  'id',
  'customer',
  'kickboardId',
  'passId',
  'status',
  'minutes',
  'startedAt',
  'dueAt',
  'endedAt',
  'endLocation',
]) satisfies Record<keyof RideRow, string>;

/** What the API reads of kickboards, passes and rides. */
export class KickboardReads {
  constructor(private readonly db: Knex) {}

  async kickboard(id: string): Promise<Kickboard | undefined> {
    return this.all().where({ id }).first<Kickboard | undefined>();
  }

  /** By id. @returns undefined where `after` is no kickboard */
  async kickboards(filter: KickboardFilter): Promise<Kickboard[] | undefined> {
    const { status, batteryBelow, limit, after, ...area } = filter;
    if (!(await isRow(this.db, 'kickboard.kickboards', after))) return undefined;
    const query = this.all().orderBy('id').limit(limit);
    if (status !== undefined) void query.where({ status });
    if (batteryBelow !== undefined) void query.where('battery_level', '<', batteryBelow);
    inArea(query, area);
    if (after !== undefined) void query.where('id', '>', after);
    return query;
  }

  private all() {
    return this.db('kickboard.kickboards').whereNull('removed_at').select<Kickboard[]>(KICKBOARD);
  }

  /** All that nobody has. */
  async standing(): Promise<Standing[]> {
    return this.db('kickboard.kickboards')
      .where({ removed_at: null })
      .whereIn('status', ['REGISTERED', 'RETURNED'])
      .select<Standing[]>(STANDING, this.db.raw('false AS broken'));
  }

  /** Whether a kickboard stands there. */
  async isAt(stationId: string): Promise<boolean> {
    const one = await this.db('kickboard.kickboards')
      .where({ station_id: stationId })
      .first<object | undefined>('id');
    return one !== undefined;
  }

  async pass(id: string): Promise<PassRow | undefined> {
    return this.db('kickboard.passes').where({ id }).first<PassRow | undefined>(PASS);
  }

  /** @returns undefined where the page begins after no pass of theirs */
  async passes({ customer, status }: PassFilter, page: PageWanted): Promise<PassRow[] | undefined> {
    if (!(await isRow(this.db, 'kickboard.passes', page.after, { customer }))) return undefined;
    const query = this.db('kickboard.passes');
    if (customer !== undefined) void query.where({ customer });
    if (status !== undefined) void query.where({ status });
    return inPage(query, page).select<PassRow[]>(PASS);
  }

  /** @returns undefined where the page begins after no ride of theirs */
  async rides(
    { customer, status, kickboardId }: RideFilter,
    page: PageWanted,
  ): Promise<RideRow[] | undefined> {
    if (!(await isRow(this.db, 'kickboard.rides', page.after, { customer }))) return undefined;
    const query = this.db('kickboard.rides').whereNot({ status: 'REFUSED' });
    if (customer !== undefined) void query.where({ customer });
    if (status !== undefined) void query.where({ status });
    if (kickboardId !== undefined) void query.where({ kickboard_id: kickboardId });
    return inPage(query, page).select<RideRow[]>(RIDE);
  }

  async ride(id: string): Promise<RideRow | undefined> {
    return this.db('kickboard.rides')
      .where({ id })
      .whereNot({ status: 'REFUSED' })
      .first<RideRow | undefined>(RIDE);
  }

  /** Why a ride was refused; undefined when it was not, or nobody decided on it. */
  async refusedRide(id: string): Promise<string | undefined> {
    const row = await this.db('kickboard.rides')
      .where({ id, status: 'REFUSED' })
      .first<{ failure: string } | undefined>('failure');
    return row?.failure;
  }

  async isRidden(passId: string): Promise<boolean> {
    const open = await this.db('kickboard.rides')
      .where({ pass_id: passId, status: 'RENTED' })
      .first<object | undefined>('id');
    return open !== undefined;
  }
}
