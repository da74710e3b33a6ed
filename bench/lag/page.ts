import type { Knex } from 'knex';
import { pause, until } from '../../engine/wait';
import { round } from '../figures';

/** So long a transition may take to its page. */
export const LATEST_MS = 30_000;
const LOOK_EVERY_MS = 1;

/** A transition of a booking on its way to the page. */
export interface Underway {
  id: string;
  status: 'PENDING' | 'BOOKED';
  committedAt?: number;
  seenAt?: number;
}

/** views.bookings, looked at for those rows that are not yet as they should be. */
export class Page {
  readonly underway: Underway[] = [];
  private waiting = new Set<Underway>();
  private looks = 0;
  private lookingMs = 0;
  private closed = false;

  constructor(private readonly db: Knex) {}

  expects(transition: Underway): void {
    this.underway.push(transition);
    this.waiting.add(transition);
  }

  async look(): Promise<void> {
    for (let last = performance.now(); !this.closed;) {
      await pause(LOOK_EVERY_MS);
      if (this.waiting.size > 0) {
        await this.lookOnce();
        this.looks++;
        this.lookingMs += performance.now() - last;
      }
      last = performance.now();
    }
  }

  private async lookOnce(): Promise<void> {
    const ids = [...new Set([...this.waiting].map(({ id }) => id))];
    const rows = await this.db('views.bookings')
      .whereIn('id', ids)
      .select<{ id: string; status: string }[]>('id', 'status');
    const seenAt = now();
    const statuses = new Map(rows.map(({ id, status }) => [id, status]));
    for (const transition of this.waiting) {
      const status = statuses.get(transition.id);
      // Whoever shows the second has taken the first.
      if (status !== transition.status && status !== 'BOOKED') continue;
      transition.seenAt = seenAt;
      this.waiting.delete(transition);
    }
  }

  shows(transitions: readonly Underway[]): Promise<boolean> {
    const all = () => transitions.every(({ seenAt }) => seenAt !== undefined);
    return until(all, { withinMs: LATEST_MS, everyMs: 10 });
  }

  lookedEvery = (): number => round(this.lookingMs / this.looks);

  close(): void {
    this.closed = true;
  }
}

/** Epoch milliseconds, finer than Date.now(): the database's clock is this machine's. */
export const now = (): number => performance.timeOrigin + performance.now();
