import { DOMAINS } from '../../config';
import { manifestOf } from '../../manifests/all';
import { ROLES } from '../caller';
import type { Api } from '../endpoint';
import { accountOf } from '../dev/accounts';
import { notificationOffers } from '../notification/examples';
import type { Offered, People } from '../examples';

/** Whoever is away is not waited for longer: the document then shows ids of nothing. */
const WITHIN_MS = 500;
/** So long an example is worth showing to others. */
const FRESH_MS = 250;

/** What examples can name just now, asked of each domain; cached, so that the document costs the databases little. */
export function offers(api: Api): () => Promise<Offered> {
  const { production, auth } = api.deps.config;
  const people = !production && auth.devSecret !== undefined ? demoPeople() : undefined;
  let asked: Promise<Offered> | undefined;
  let until = 0;
  return async () => {
    if (!asked || Date.now() > until) {
      asked = ask(api, people);
      until = Date.now() + FRESH_MS;
    }
    return asked;
  };
}

const demoPeople = () => Object.fromEntries(ROLES.map((role) => [role, accountOf(role).user])) as People;

async function ask(api: Api, people: People | undefined): Promise<Offered> {
  const each = await Promise.all(
    DOMAINS.map(async (domain) => {
      const routes = await manifestOf(domain).api?.();
      return inTime(async () => routes?.offers?.(api, people));
    }),
  );
  return Object.assign({}, ...each, await inTime(() => notificationOffers(api, people))) as Offered;
}

/** @returns undefined from who is away */
async function inTime(ask: () => Promise<Offered | undefined>): Promise<Offered | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), WITHIN_MS);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
