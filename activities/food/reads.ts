import type { Knex } from 'knex';
import type { CancelReason, OrderLine, OrderPayment, OrderStatus } from '../../workflows/food/contract';
import { columns, inPage, isRow, type PageWanted } from '../database';

export interface Menu {
  id: string;
  name: string;
  /** Whole KRW. */
  price: number;
  description: string | null;
  /** A URL, or a path of whoever shows it. */
  picture: string | null;
}

const MENU = columns(['id', 'name', 'price', 'description', 'picture']) satisfies Record<keyof Menu, string>;

export interface OrderRow {
  id: string;
  customer: string;
  status: Exclude<OrderStatus, 'REFUSED'>;
  statusText: string;
  lines: OrderLine[];
  /** Whole KRW. */
  totalPrice: number;
  address: string;
  payment: OrderPayment;
  paymentId: string | null;
  paymentMethod: string;
  deliveryId: string;
  reason: CancelReason | null;
}

export interface OrderFilter {
  customer?: string | undefined;
  status?: OrderRow['status'] | undefined;
}

export const ORDER = columns([
  'id',
  'customer',
  'status',
  'statusText',
  'lines',
  'totalPrice',
  'address',
  'payment',
  'paymentId',
  'paymentMethod',
  'deliveryId',
  'reason',
]) satisfies Record<keyof OrderRow, string>;

/** What the API reads of menus and orders. */
export class FoodReads {
  constructor(private readonly db: Knex) {}

  /** By id. `after`: the id of the last one seen. @returns undefined where that is no menu */
  async menus(limit: number, after?: string): Promise<Menu[] | undefined> {
    if (!(await isRow(this.db, 'food.menus', after))) return undefined;
    const query = this.db('food.menus').where({ removed_at: null }).orderBy('id').limit(limit);
    if (after !== undefined) void query.where('id', '>', after);
    return query.select<Menu[]>(MENU);
  }

  async menusById(ids: readonly string[]): Promise<Map<string, Menu>> {
    const rows = await this.db('food.menus').whereIn('id', ids).whereNull('removed_at').select<Menu[]>(MENU);
    return new Map(rows.map((menu) => [menu.id, menu]));
  }

  /** @returns undefined for one that was refused as well */
  async order(id: string): Promise<OrderRow | undefined> {
    return this.db('food.orders')
      .where({ id })
      .whereNot({ status: 'REFUSED' })
      .first<OrderRow | undefined>(ORDER);
  }

  /** @returns undefined where the page begins after no order of theirs */
  async orders({ customer, status }: OrderFilter, page: PageWanted): Promise<OrderRow[] | undefined> {
    if (!(await isRow(this.db, 'food.orders', page.after, { customer }))) return undefined;
    const query = this.db('food.orders').whereNot({ status: 'REFUSED' });
    if (customer !== undefined) void query.where({ customer });
    if (status !== undefined) void query.where({ status });
    return inPage(query, page).select<OrderRow[]>(ORDER);
  }

  /** Why an order was refused; undefined when it was not, or nobody decided on it. */
  async refusedOrder(id: string): Promise<string | undefined> {
    const row = await this.db('food.orders')
      .where({ id, status: 'REFUSED' })
      .first<{ reason: string } | undefined>('reason');
    return row?.reason;
  }
}
