import { PARTS, type Part } from '../config';
import { ClearError } from './fail-clearly';

/**
 * Reads the arguments of npm start.
 * @returns the parts to leave out
 * @throws ClearError naming what it does not know
 */
export function servicesLeftOut(args: readonly string[], byDefault: readonly Part[]): Part[] {
  const left: Part[] = [...byDefault];
  for (const argument of args) {
    const list = /^--without=(.*)$/.exec(argument)?.[1];
    if (list === undefined)
      throw new ClearError(`Unknown argument ${argument}. Known: npm start -- --without=${PARTS.join(',')}`);
    for (const name of list.split(',').filter((each) => each !== '')) {
      if (!isPart(name))
        throw new ClearError(`--without=${name}: no such part. There are: ${PARTS.join(', ')}`);
      if (!left.includes(name)) left.push(name);
    }
  }
  return left;
}

const isPart = (name: string): name is Part => (PARTS as readonly string[]).includes(name);
