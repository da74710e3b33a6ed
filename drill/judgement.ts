import { stands, type Thing } from './books';
import { last, NO_ANSWER, type Told } from './crowd';

/** Answers that a customer may get; anything else is a breach by itself. */
const MEANT = new Set([201, 402, 503, NO_ANSWER]);

/**
 * What customers were told, compared with what is on record; what is lawful by itself `invariants/` knows.
 * @param balances of each customer's deposit, as the API tells them
 * @returns everything that must not be, each with the id that it is about
 */
export function judge(
  things: readonly Thing[],
  told: readonly Told[],
  balances: ReadonlyMap<string, number>,
): string[] {
  const breaches = told.flatMap((one) => answerBreaches(one, things));
  const due = new Map<string, number>();
  const owe = (customer: string, amount: number) => due.set(customer, (due.get(customer) ?? 0) + amount);

  const made = new Map(told.map((one) => [last(one).id, one]));
  const unanswered = told.filter((one) => last(one).status === NO_ANSWER);
  for (const thing of things.filter(stands)) {
    const one = made.get(thing.id) ?? takeUnanswered(unanswered, thing);
    if (!one) breaches.push(`${thing.id}: ${thing.status}, but nobody was told so`);
    if (one?.act.what === 'top-up') owe(thing.customer, thing.amount);
    else if (one?.act.by === 'deposit') owe(thing.customer, -thing.amount);
  }
  for (const [customer, balance] of balances)
    if (balance !== (due.get(customer) ?? 0))
      breaches.push(`${customer}: the deposit is ${balance} KRW; by what was told ${due.get(customer) ?? 0}`);
  return breaches;
}

/** Holds one answer against the thing that it is about. */
function answerBreaches(one: Told, things: readonly Thing[]): string[] {
  const breaches: string[] = [];
  const strange = one.heard.find((heard) => !MEANT.has(heard.status));
  if (strange) breaches.push(`${one.customer}: ${one.act.what} answered ${strange.status} ${strange.code}`);
  const { status, code, id = '' } = last(one);
  if (status !== 201) return breaches;
  const thing = things.find((known) => known.id === id);
  if (!thing) breaches.push(`${id}: answered 201 ${code}, and there is no such ${one.act.what}`);
  else if (thing.amount !== one.amount)
    breaches.push(`${id}: ${thing.amount} KRW, but ${one.amount} KRW was asked for`);
  else if (!isAsTold(one, thing))
    breaches.push(`${id}: ${one.act.what} is ${thing.status}, but ${wordsOf(one)} was told`);
  return breaches;
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
  return place >= 0 ? unanswered.splice(place, 1)[0] : undefined;
}
