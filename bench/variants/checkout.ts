import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOut, npmStart, type StartedCheckout } from '../../scripts/checkout';
import { freePort } from '../../engine/ports';
import { ROOT } from '../../root';

const ENV = { ...process.env, LOG_LEVEL: 'error', RATE_LIMIT_PER_MINUTE: '60000' };

/** Some commit's Haru, started anew for each turn on the same empty data folder. */
export class Checkout {
  private turns = 0;
  /** The same in every turn: some commits look for PostgreSQL where it was at the last start. */
  private readonly ports: number[] = [];

  private constructor(
    readonly name: string,
    private readonly source: string,
    private readonly folder: string,
  ) {}

  /** The project as it stands here. */
  static present(scratch: Scratch): Promise<Checkout> {
    return Checkout.prepared('present', ROOT, scratch.folder('present'));
  }

  /** @throws ClearError when this is no commit of the project */
  static ofCommit(scratch: Scratch, commit: string): Promise<Checkout> {
    const folder = scratch.folder(commit);
    const source = join(folder, 'source');
    return Checkout.prepared(checkOut(commit, source), source, folder);
  }

  /** A first start fills the data folder, in which every statement is counted from then on. */
  private static async prepared(name: string, source: string, folder: string): Promise<Checkout> {
    const checkout = new Checkout(name, source, folder);
    await (await checkout.run(join(folder, 'home'))).stop();
    appendFileSync(
      join(folder, 'home', 'postgres', 'postgresql.conf'),
      "\nshared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.max = 10000\n",
    );
    return checkout;
  }

  /** @param env variables of the configuration besides */
  start(env: NodeJS.ProcessEnv = {}): Promise<StartedCheckout> {
    const home = join(this.folder, `home-${++this.turns}`);
    // With its owner: as root PostgreSQL's folder belongs to somebody else.
    execFileSync('cp', ['-a', join(this.folder, 'home'), home]);
    return this.run(home, env);
  }

  private run(home: string, env: NodeJS.ProcessEnv = {}): Promise<StartedCheckout> {
    let at = 0;
    const port = async () => (this.ports[at++] ??= await freePort());
    return npmStart({ source: this.source, home, freePort: port, env: { ...ENV, ...env } });
  }
}

/** A folder for as long as the bench runs. */
export class Scratch {
  private readonly root = mkdtempSync(join(tmpdir(), 'haru-bench-'));

  constructor() {
    // PostgreSQL, which as root runs as somebody else, must reach its own binaries in there.
    chmodSync(this.root, 0o755);
  }

  folder(name: string): string {
    return join(this.root, name);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 });
  }
}
