import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { lchown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';
import { ownerFor } from '../../engine/unprivileged';
import { ROOT } from '../../root';
import type { Kind } from './endings';

const RECORDED = join(ROOT, 'tests', 'upgrade');
/** Made anew when missing: logs, what is compiled, and what signs development tokens. */
const LEFT_OUT = ['./logs', './workflows-*.js', './dev-token-secret'];
/** The databases of a cluster are copies of one another: the window reaches from one to the next. */
const BROTLI = {
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
};

/** A thing under way: its id, whose it is, and what belongs to it. */
export type Thing = Readonly<Record<'id' | 'user', string>> & Readonly<Record<string, string>>;
export type Things = Record<Kind, Thing>;

/** What a recorded data folder holds. */
export interface Manifest {
  commit: string;
  recordedAt: string;
  things: Things;
}

/** Every recorded folder, by its commit. */
export const recordedFolders = (): Manifest[] =>
  readdirSync(RECORDED)
    .filter((name) => name.endsWith('.tar.br'))
    .map(
      (name) =>
        JSON.parse(readFileSync(join(RECORDED, name.replace('.tar.br', '.json')), 'utf8')) as Manifest,
    );

/** Packs the data folder of a stopped Haru, and writes its manifest beside it. */
export async function pack(home: string, manifest: Manifest): Promise<string> {
  const file = archiveOf(manifest);
  const options = ['--sort=name', '--owner=0', '--group=0', ...LEFT_OUT.map((path) => `--exclude=${path}`)];
  const tar = spawn('tar', ['-C', home, ...options, '-cf', '-', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(tar, 'exit');
  await pipeline(tar.stdout, createBrotliCompress({ params: BROTLI }), createWriteStream(file));
  await succeeded(ended);
  writeFileSync(file.replace('.tar.br', '.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return file;
}

/** Unpacks a recorded data folder so that `npm start` can run on it. */
export async function unpack(manifest: Manifest, home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  // It reads to the end: else it would leave at the archive's last entry, while its padding is still being written.
  const tar = spawn('tar', ['-C', home, '--ignore-zeros', '-xf', '-'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(tar, 'exit');
  await pipeline(createReadStream(archiveOf(manifest)), createBrotliDecompress(), tar.stdin);
  await succeeded(ended);
  await giveToOwner(join(home, 'postgres'));
}

const archiveOf = ({ commit }: Manifest) => join(RECORDED, `${commit}.tar.br`);

async function succeeded(ended: Promise<unknown[]>): Promise<void> {
  const [code] = await ended;
  if (code !== 0) throw new Error(`tar ended with ${String(code)}`);
}

/** PostgreSQL refuses to run as root: as root its folder belongs to somebody else. */
async function giveToOwner(folder: string): Promise<void> {
  const owner = ownerFor(folder);
  if (!owner) return;
  for (const name of ['', ...(await readdir(folder, { recursive: true }))])
    await lchown(join(folder, name), owner.uid, owner.gid);
}
