import { businessIdOf } from '../../activities/payment/keys';
import type { Books, Thing } from './books';
import { kept, stands } from './books';
import { last, NO_ANSWER, type Told } from './crowd';

export interface Judgement {
  /** Whole KRW by which the provider's statement and the ledger differ, line by line: of the drill, of all. */
  drift: { drill: number; all: number };
  /** Business ids that were captured more than once. */
  capturedTwice: string[];
  /** Everything that must not be, each with the id that it is about. */
  breaches: string[];
}

/** Answers that a customer may get; anything else is a breach by itself. */
const MEANT = new Set([201, 402, 503, NO_ANSWER]);

/**
 * What was told to customers, what we have written down, and what the provider has, against each other.
 * @param balances of each customer's deposit, as the API tells them
 */
export function judge(books: Books, told: readonly Told[], balances: ReadonlyMap<string, number>): Judgement {
  const breaches: string[] = [];
  const drift = driftOf(books, breaches);
  const capturedTwice = captures(books, breaches);
  if (books.sum !== 0) breaches.push(`ledger: all accounts together are ${books.sum} KRW, not 0`);
  const expected = whatWasTold(books, told, breaches);
  for (const [customer, balance] of balances) {
    const due = expected.get(customer) ?? 0;
    if (balance !== due) breaches.push(`${customer}: the deposit is ${balance} KRW; by what was told ${due}`);
  }
  return { drift, capturedTwice, breaches };
}

function driftOf({ statement, movements, things }: Books, breaches: string[]): Judgement['drift'] {
  const lines = new Map<string, { theirs: number; ours: number }>();
  const line = (kind: string, key: string) => {
    const name = `${kind} ${key}`;
    const found = lines.get(name) ?? { theirs: 0, ours: 0 };
    lines.set(name, found);
    return found;
  };
  for (const { kind, key, amount } of statement) line(kind, key).theirs += amount;
  for (const { kind, key, amount } of movements)
    if (kind === 'CAPTURE' || kind === 'REFUND') line(kind.toLowerCase(), key).ours += amount;

  const mine = new Set(things.map(({ id }) => id));
  const drift = { drill: 0, all: 0 };
  for (const [name, { theirs, ours }] of lines) {
    if (theirs === ours) continue;
    const [kind = '', key = ''] = name.split(' ');
    drift.all += Math.abs(theirs - ours);
    if (mine.has(businessIdOf(key))) drift.drill += Math.abs(theirs - ours);
    breaches.push(`${key}: ${kind} of ${theirs} KRW at the provider, of ${ours} KRW in the ledger`);
  }
  return drift;
}

function captures({ statement }: Books, breaches: string[]): string[] {
  const counted = new Map<string, number>();
  for (const { kind, key } of statement)
    if (kind === 'capture') counted.set(businessIdOf(key), (counted.get(businessIdOf(key)) ?? 0) + 1);
  const twice = [...counted].filter(([, times]) => times > 1);
  for (const [id, times] of twice) breaches.push(`${id}: captured ${times} times`);
  return twice.map(([id]) => id);
}

/** Holds every thing against what its customer was told. @returns what each deposit must then be */
function whatWasTold(
  { things, movements, statement }: Books,
  told: readonly Told[],
  breaches: string[],
): Map<string, number> {
  const made = new Map(told.map((one) => [last(one).id, one]));
  const unanswered = told.filter((one) => last(one).status === NO_ANSWER);
  const held = kept(movements);
  const atProvider = netOf(statement);
  const due = new Map<string, number>();
  const owe = (customer: string, amount: number) => due.set(customer, (due.get(customer) ?? 0) + amount);

  const known = new Map(things.map((thing) => [thing.id, thing]));
  for (const one of told) {
    const { status, code, id = '' } = last(one);
    const strange = one.heard.find((heard) => !MEANT.has(heard.status));
    if (strange) breaches.push(`${one.customer}: ${one.act.what} answered ${strange.status} ${strange.code}`);
    if (status !== 201) continue;
    const thing = known.get(id);
    if (!thing) breaches.push(`${id}: answered 201 ${code}, and there is no such ${one.act.what}`);
    else if (thing.amount !== one.amount)
      breaches.push(`${id}: ${thing.amount} KRW, but ${one.amount} KRW was asked for`);
    else if (!isAsTold(one, thing))
      breaches.push(`${id}: ${one.act.what} is ${thing.status}, but ${wordsOf(one)} was told`);
  }

  for (const thing of things) {
    const one = made.get(thing.id) ?? takeUnanswered(unanswered, thing);
    const value = stands(thing) ? thing.amount : 0;
    if (stands(thing) && !one) breaches.push(`${thing.id}: ${thing.status}, but nobody was told so`);
    const byDeposit = one?.act.by === 'deposit';
    const has = held.get(thing.id) ?? 0;
    if (has !== value) breaches.push(`${thing.id}: ${thing.status}, and the ledger keeps ${has} KRW of it`);
    const net = atProvider.get(thing.id) ?? 0;
    const meant = byDeposit ? 0 : value;
    if (net !== meant) breaches.push(`${thing.id}: ${thing.status}, and the provider keeps ${net} KRW of it`);
    if (one?.act.what === 'top-up') owe(thing.customer, value);
    else if (byDeposit) owe(thing.customer, -value);
  }
  return due;
}

/** A cancel that was refused may have come true all the same once its refund had gone out. */
function isAsTold({ cancel }: Told, thing: Thing): boolean {
  if (!cancel) return stands(thing);
  if (cancel.status === 200) return thing.status === 'CANCELLED';
  return stands(thing) || thing.status === 'CANCELLED';
}

const wordsOf = ({ cancel }: Told) => (cancel ? `201, and ${cancel.status} to its cancel,` : '201');

/** What nobody answered may stand or not; the one thing that it may have made is its. */
function takeUnanswered(unanswered: Told[], thing: Thing): Told | undefined {
  const place = unanswered.findIndex(
    ({ act, customer, amount }) =>
      customer === thing.customer &&
      amount === thing.amount &&
      thing.id.startsWith(act.what === 'top-up' ? 'top_' : 'bkg_'),
  );
  return stands(thing) && place >= 0 ? unanswered.splice(place, 1)[0] : undefined;
}

function netOf(statement: Books['statement']): Map<string, number> {
  const net = new Map<string, number>();
  for (const { kind, key, amount } of statement) {
    const id = businessIdOf(key);
    net.set(id, (net.get(id) ?? 0) + (kind === 'capture' ? amount : -amount));
  }
  return net;
}
