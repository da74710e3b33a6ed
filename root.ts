import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's folder, for the source and for what is compiled of it in dist/. */
export const ROOT = above(__dirname);

function above(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : above(dirname(folder));
}
