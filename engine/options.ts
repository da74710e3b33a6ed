import { SERVICES, type Service } from '../config';
import { ClearError } from './fail-clearly';

/**
 * Reads the arguments of npm start.
 * @returns the services to leave out
 * @throws ClearError naming what it does not know
 */
export function servicesLeftOut(args: readonly string[], byDefault: readonly Service[]): Service[] {
  const left: Service[] = [...byDefault];
  for (const argument of args) {
    const list = /^--without=(.*)$/.exec(argument)?.[1];
    if (list === undefined)
      throw new ClearError(
        `Unknown argument ${argument}. Known: npm start -- --without=${SERVICES.join(',')}`,
      );
    for (const name of list.split(',').filter((each) => each !== '')) {
      if (!isService(name))
        throw new ClearError(`--without=${name}: no such service. There are: ${SERVICES.join(', ')}`);
      if (!left.includes(name)) left.push(name);
    }
  }
  return left;
}

const isService = (name: string): name is Service => (SERVICES as readonly string[]).includes(name);
