import type { Connection } from '@temporalio/client';
import { join } from 'node:path';
import type { Config } from '../config';
import { ROOT } from '../root';
import { ClearError } from '../engine/fail-clearly';
import type { Running } from '../engine/launch';
import { intoFile } from '../engine/log-lines';
import { pidsServing } from './pollers';
import { launchScript } from '../engine/scripts';
import { pause, until } from '../engine/wait';

const SIDE_BY_SIDE = 2;
/** Every so many kills take all at once: then nobody serves for a while. */
const ALL_AT_ONCE_EACH = 4;
const UP_WITHIN_MS = 60_000;

interface Worker {
  process: Running;
  /** Asks for work. */
  serves: boolean;
  doomed: boolean;
}

/** Payment workers that are killed with -9 one after the other, each replaced at once. */
export class DoomedWorkers {
  kills = 0;
  /** Ends that nobody here has caused, with their last lines. */
  readonly collapses: string[] = [];
  private readonly workers = new Set<Worker>();
  private readonly log: (line: string) => void;
  private strikes = 0;
  private over = false;

  constructor(
    private readonly config: Config,
    private readonly env: NodeJS.ProcessEnv,
    private readonly connection: Connection,
  ) {
    this.log = intoFile(join(config.home, 'logs', 'drill-workers.log'));
  }

  /** @returns how many others, not started here, serve payment on this machine */
  async othersServing(): Promise<number> {
    const pids = await pidsServing(this.connection, this.config.temporal.namespace, 'payment');
    return pids.filter((pid) => ![...this.workers].some(({ process }) => process.pid === pid)).length;
  }

  /** Resolves when all ask for work. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => this.launch()));
    if (await until(() => this.allServe(), { withinMs: UP_WITHIN_MS })) return;
    const tails = [...this.workers].map(({ process }) => process.tail());
    throw new ClearError(`The payment workers do not come up: ${tails.join('\n')}`);
  }

  /** @param unless nobody waits any more */
  async allServing(unless: AbortSignal): Promise<void> {
    await until(() => unless.aborted || this.allServe(), { withinMs: UP_WITHIN_MS });
  }

  /** One of them, the oldest; now and then all. */
  kill(): void {
    const victims = ++this.strikes % ALL_AT_ONCE_EACH === 0 ? SIDE_BY_SIDE : 1;
    for (const worker of [...this.workers].slice(0, victims)) {
      worker.doomed = true;
      worker.process.kill();
      this.kills++;
    }
  }

  async stop(): Promise<void> {
    this.over = true;
    await Promise.all([...this.workers].map(({ process }) => process.stop(10_000)));
  }

  private allServe(): boolean {
    return this.workers.size === SIDE_BY_SIDE && [...this.workers].every(({ serves }) => serves);
  }

  private async launch(): Promise<void> {
    const process_ = await launchScript('workers/main.ts', ['payment'], {
      name: 'worker payment',
      cwd: ROOT,
      env: { LOG_LEVEL: 'warn', ...this.env },
      onLine: this.log,
    });
    const worker: Worker = { process: process_, serves: false, doomed: false };
    this.workers.add(worker);
    void this.attend(worker);
  }

  private async attend(worker: Worker): Promise<void> {
    const { ended, pid, tail } = worker.process;
    void this.begins(worker, pid);
    await ended;
    this.workers.delete(worker);
    if (this.over) return;
    if (!worker.doomed) {
      this.collapses.push(tail());
      await pause(1_000);
    }
    await this.launch().catch((error: unknown) => this.collapses.push(String(error)));
  }

  private async begins(worker: Worker, pid: number): Promise<void> {
    const { namespace } = this.config.temporal;
    const asks = async () => {
      if (!this.workers.has(worker)) return true;
      // The engine may be too busy to tell.
      const pids = await pidsServing(this.connection, namespace, 'payment').catch((): number[] => []);
      return (worker.serves = pids.includes(pid));
    };
    await until(asks, { withinMs: UP_WITHIN_MS, everyMs: 200 });
  }
}
