import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Role, ROLES } from '../api/caller';
import { ACCOUNTS } from '../api/dev/accounts';
import { config } from '../config';
import { ClearError } from '../engine/fail-clearly';
import { tokenOf } from '../engine/http';
import { dataOf, type Haru, haru, newKey } from '../packages/client';
import { ROOT } from '../root';
import { won } from './telling';

export interface Options {
  url: string;
  as?: string | undefined;
  token?: string | undefined;
  key?: string | undefined;
  since?: string | undefined;
  json: boolean;
}

interface Command {
  /** Its name, then what it takes. */
  usage: string;
  what: string;
  run: (args: string[], options: Options) => Promise<{ data: unknown; text: string } | undefined>;
}

/** The card that succeeds, at whichever provider. */
const CARD = { method: 'card' as const, token: config.stripe ? 'pm_card_visa' : 'tok_ok' };
/** Who books where nobody needs to be in time. */
const SOON_MS = 10 * 60_000;

export const COMMANDS: readonly Command[] = [
  { usage: 'token <user> [<role> …]', what: 'prints a token for the API', run: token },
  { usage: 'book [<seats>]', what: 'books free seats of the next screening', run: book },
  { usage: 'ride', what: 'buys a pass unless there is one, and rides a kickboard', run: ride },
  { usage: 'order [<dish>]', what: 'orders a dish', run: order },
  { usage: 'top-up <won>', what: 'pays into the deposit by card', run: topUp },
  { usage: 'events', what: 'prints what the customer is told, as it happens', run: events },
  { usage: 'parked', what: 'what waits for an operator', run: parked },
  { usage: 'audit', what: 'proves that all money and all seats add up', run: audit },
];

/** @throws ClearError for a role that there is not */
async function token([user, ...roles]: string[], { url }: Options) {
  const unknown = roles.find((role) => !ROLES.some((known) => known === role));
  if (user === undefined || unknown !== undefined)
    throw new ClearError(
      `Usage: npm run token -- <user> [<role> …]\n` +
        ACCOUNTS.map((account) => `  ${account.user.padEnd(8)} ${account.roles.join(' ')}\n`).join('') +
        `Anyone else is a customer, unless roles are given: ${ROLES.join(', ')}.`,
    );
  const text = await tokenOf(url, user, roles.length > 0 ? roles : rolesOf(user));
  return { data: { token: text }, text };
}

const rolesOf = (user: string): Role[] =>
  ACCOUNTS.find((account) => account.user === user)?.roles ?? ['customer'];

/** The API as the user that is wanted, else as the one that usually does it. */
async function signedIn({ url, as, token }: Options, usual: string): Promise<Haru> {
  const user = as ?? usual;
  return haru({ origin: url, token: token ?? (await tokenOf(url, user, rolesOf(user))) });
}

const act = ({ key }: Options) => ({ header: { 'Idempotency-Key': key ?? newKey() } });

async function book([wanted = '1']: string[], options: Options) {
  const howMany = Number(wanted);
  if (!(Number.isInteger(howMany) && howMany > 0)) throw new ClearError(`${wanted} is no number of seats.`);
  const api = await signedIn(options, 'minji');
  const from = new Date(Date.now() + SOON_MS).toISOString();
  const screenings = dataOf(
    await api.GET('/v1/screenings', { params: { query: { from, limit: 100 } } }),
  ).data;
  const screening = screenings.find(({ seatsFree }) => seatsFree >= howMany);
  if (!screening)
    throw new ClearError('Every seat is taken: npm start adds screenings when there are none to come.');
  const path = { id: screening.id };
  const { seats } = dataOf(await api.GET('/v1/screenings/{id}', { params: { path } }));
  const free = seats.flatMap(({ seat, status }) => (status === 'FREE' ? [seat] : [])).slice(0, howMany);
  const body = { screeningId: screening.id, seats: free, payment: CARD };
  const data = dataOf(await api.POST('/v1/bookings', { params: act(options), body }));
  const { id, status, movieName, hall, startsAt, totalPrice } = data;
  const text =
    `${status}: ${movieName}, ${hall}, ${startsAt}, seat ${data.seats.join(', ')}, ${won.format(totalPrice)}.\n` +
    `${id}\n\nnpm run token -- minji prints the token that reads it: GET ${options.url}/v1/bookings/${id}`;
  return { data, text };
}

async function ride(_: string[], options: Options) {
  const api = await signedIn(options, 'minji');
  const query = { status: 'AVAILABLE' as const };
  const passes = dataOf(await api.GET('/v1/passes', { params: { query } })).data;
  const passId =
    passes[0]?.id ?? dataOf(await api.POST('/v1/passes', { body: { type: '1', payment: CARD } })).id;
  const statuses = ['REGISTERED', 'RETURNED'] as const;
  for (const status of statuses) {
    const [kickboard] = dataOf(
      await api.GET('/v1/kickboards', { params: { query: { status, limit: 1 } } }),
    ).data;
    if (!kickboard) continue;
    const body = { kickboardId: kickboard.id, passId };
    const data = dataOf(await api.POST('/v1/rides', { params: act(options), body }));
    return { data, text: `${data.status}: from ${kickboard.location}, due ${data.dueAt}.\n${data.id}` };
  }
  throw new ClearError('Every kickboard is on its way.');
}

async function order([dish]: string[], options: Options) {
  const api = await signedIn(options, 'minji');
  const menus = dataOf(await api.GET('/v1/menus', { params: { query: { limit: 100 } } })).data;
  const menu = dish === undefined ? menus[0] : menus.find(({ name }) => name === dish);
  if (!menu) throw new ClearError(`On the list: ${menus.map(({ name }) => name).join(', ') || 'nothing'}.`);
  const body = { menuId: menu.id, quantity: 1, address: '판교역 1번 출구', payment: CARD };
  const data = dataOf(await api.POST('/v1/orders', { params: act(options), body }));
  return { data, text: `${data.status}: ${menu.name}, ${won.format(data.totalPrice)}.\n${data.id}` };
}

async function topUp([wanted]: string[], options: Options) {
  const amount = Number(wanted);
  if (!Number.isInteger(amount)) throw new ClearError('Usage: npm run haru -- top-up <won>');
  const api = await signedIn(options, 'minji');
  const body = { amount, payment: CARD };
  const data = dataOf(await api.POST('/v1/deposits/top-ups', { params: act(options), body }));
  return { data, text: `${won.format(data.amount)} paid in: ${won.format(data.balance)}.\n${data.id}` };
}

/** Until Ctrl-C. */
async function events(_: string[], options: Options) {
  const api = await signedIn(options, 'minji');
  const from = options.since === undefined ? {} : { lastEventId: options.since };
  for await (const message of api.follow(from)) {
    const { at, event, text } = message.data;
    console.log(options.json ? JSON.stringify(message) : `${message.id}  ${at}  ${event}  ${text}`);
  }
  return undefined;
}

async function parked(_: string[], options: Options) {
  const api = await signedIn(options, 'admin');
  const { data } = dataOf(await api.GET('/v1/operations/parked', { params: { query: { limit: 100 } } }));
  const lines = data.map(
    ({ id, leftToDo, amount, ageSeconds, ...of }) =>
      `${id}  ${leftToDo}: ${won.format(amount)} of ${of.for}, for ${ageSeconds} s`,
  );
  return { data, text: lines.join('\n') || 'Nothing waits for an operator.' };
}

/** The audit reads the databases themselves: it is a process of its own. */
function audit(args: string[]) {
  const script = [join(ROOT, 'engine', 'run.mjs'), join('operations', 'audit.ts'), ...args];
  const { status } = spawnSync(process.execPath, script, { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
  return Promise.resolve(undefined);
}
