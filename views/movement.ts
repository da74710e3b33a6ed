import { ListenOnDemand } from '../events/listen';

/**
 * Knows when views go on: their checkpoints' trigger notifies it, over a connection of its own while somebody waits. One
 * waiter per process serves all who wait.
 */
export class Movement {
  /** Grows with each notification. */
  private version = 0;
  private readonly movedAt = new Map<string, number>();
  /** When the connection was last new: any view may have moved before. */
  private allMovedAt = 0;
  /** Views that were waited for in vain, and have not moved since: their relay is away. */
  private readonly stuck = new Set<string>();
  private readonly waiting = new Set<() => void>();
  private readonly connection: ListenOnDemand;
  /** Ends the use of the connection, which is kept while views are stuck: only who listens learns that one goes on. */
  private kept: (() => void) | undefined;

  /** @param url of the database with the views */
  constructor(url: string) {
    this.connection = new ListenOnDemand(url, {
      ...{ name: 'pages', channel: 'views', lock: 'views' },
      heard: (view) => this.heard(view),
    });
  }

  /** What has been heard so far: `next` goes on from there, so that nothing between the two is missed. */
  get now(): number {
    return this.version;
  }

  /**
   * Until one of these views has moved since then.
   * @param until epoch milliseconds
   * @returns false at once where they are known to be stuck, or when the time is up
   */
  async next(views: readonly string[], since: number, until: number): Promise<boolean> {
    const moved = () => views.some((view) => Math.max(this.movedAt.get(view) ?? 0, this.allMovedAt) > since);
    if (moved()) return true;
    const endUse = await this.connection.use();
    try {
      while (!moved()) {
        const left = until - Date.now();
        if (left <= 0) for (const view of views) this.stuck.add(view);
        if (views.some((view) => this.stuck.has(view))) return false;
        await this.heardWithin(left);
      }
      return true;
    } finally {
      if (this.stuck.size > 0 && !this.kept) this.kept = endUse;
      else endUse();
    }
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** @param view undefined when the connection is new */
  private heard(view?: string): void {
    this.version++;
    if (view === undefined) {
      this.allMovedAt = this.version;
      this.stuck.clear();
    } else {
      this.movedAt.set(view, this.version);
      this.stuck.delete(view);
    }
    if (this.stuck.size === 0) {
      this.kept?.();
      this.kept = undefined;
    }
    for (const wake of this.waiting) wake();
  }

  private heardWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.waiting.add(wake);
    });
  }
}
