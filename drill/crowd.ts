import { signIn, type Answer, type Api } from '../engine/http';
import { pause } from '../engine/wait';
import type { Act } from './plan';

/** A cancel that a worker took up is waited for that long by the API itself. */
const ANSWERED_WITHIN_MS = 30_000;
/** Shorter than Retry-After: a storm is no time for patience. */
const ASKS_AGAIN_AFTER_MS = 500;
const SEATS_A_SCREENING = { rows: 100, columns: 26 };
/** Whole KRW a seat. */
const PRICE = 7_000;
const DAY_MS = 86_400_000;
/** The status of what was never answered. */
export const NO_ANSWER = 0;

/** What came back; of a thing that was made, its id. */
export interface Heard {
  status: number;
  code: string;
  id?: string;
}

/** What a customer did, and was told. */
export interface Told {
  act: Act;
  customer: string;
  /** Whole KRW. */
  amount: number;
  /** One for each time it was asked; the last one holds. */
  heard: Heard[];
  cancel?: Heard;
}

export const last = ({ heard }: Told): Heard => heard.at(-1) ?? { status: NO_ANSWER, code: 'no answer' };

/** "503 payment-unavailable" */
export const inWords = ({ status, code }: Heard) => [status || '', code].join(' ').trim();

interface Body {
  id?: string;
  code?: string;
}

/** The customers of one drill, and a cinema of their own. */
export class Crowd {
  private readonly customers: { name: string; api: Api }[] = [];
  private readonly screenings: Promise<string>[] = [];
  private seatsGiven = 0;

  /** @param name of the drill: every customer's name begins with it */
  constructor(
    private readonly origin: string,
    private readonly name: string,
  ) {}

  get size(): number {
    return this.customers.length;
  }

  async signIn(howMany: number): Promise<void> {
    for (let i = 0; i < howMany; i++) {
      const name = `${this.name}-${i}`;
      this.customers.push({ name, api: await signIn(this.origin, name, ['customer']) });
    }
  }

  /** By what the customers are told themselves. */
  async balances(): Promise<Map<string, number>> {
    const balances = new Map<string, number>();
    for (const { name, api } of this.customers) {
      const { status, body } = await api.call<{ balance?: number }>('GET', '/v1/deposits/me');
      if (body.balance === undefined) throw new Error(`GET /v1/deposits/me answered ${status}`);
      balances.set(name, body.balance);
    }
    return balances;
  }

  async live(act: Act): Promise<Told> {
    const customer = this.customers[act.customer];
    if (!customer) throw new Error(`no customer ${act.customer}`);
    const { name, api } = customer;
    const payment = act.by === 'card' ? { method: 'card', token: act.token } : { method: 'deposit' };
    const topUp = act.what === 'top-up';
    const path = topUp ? '/v1/deposits/top-ups' : '/v1/bookings';
    const body = topUp ? { amount: act.amount, payment } : { ...(await this.seats(act.seats)), payment };
    const key = act.keyed ? { 'Idempotency-Key': `${this.name}-${act.number}` } : {};

    const told: Told = { act, customer: name, amount: topUp ? act.amount : act.seats * PRICE, heard: [] };
    told.heard.push(await post(api, path, body, key));
    if (act.keyed && [503, NO_ANSWER].includes(last(told).status)) {
      await pause(ASKS_AGAIN_AFTER_MS);
      told.heard.push(await post(api, path, body, key));
    }
    const { status, id } = last(told);
    if (status === 201 && !topUp && act.changesMind) told.cancel = await post(api, `${path}/${id}/cancel`);
    return told;
  }

  /** Nobody else is ever offered them. */
  private async seats(howMany: number): Promise<{ screeningId: string; seats: string[] }> {
    const { rows, columns } = SEATS_A_SCREENING;
    // All of a booking are of one screening.
    const left = rows * columns - (this.seatsGiven % (rows * columns));
    if (left < howMany) this.seatsGiven += left;
    const first = this.seatsGiven;
    this.seatsGiven += howMany;
    const screening = Math.floor(first / (rows * columns));
    const seats = Array.from({ length: howMany }, (_, i) => {
      const place = (first + i) % (rows * columns);
      return `${Math.floor(place / columns) + 1}${String.fromCharCode(65 + (place % columns))}`;
    });
    return { screeningId: await (this.screenings[screening] ??= this.putOn(screening)), seats };
  }

  /** Far away, so that nobody who tries the system out comes upon it first. */
  private async putOn(screening: number): Promise<string> {
    const admin = await signIn(this.origin, 'admin', ['admin']);
    const startsAt = Date.now() + 60 * DAY_MS;
    const { status, body } = await admin.call<Body>('POST', '/v1/screenings', {
      movieName: '비상 훈련',
      hall: `${this.name}-${screening}`,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + DAY_MS / 12).toISOString(),
      ...SEATS_A_SCREENING,
      price: PRICE,
    });
    if (status !== 201 || body.id === undefined)
      throw new Error(`POST /v1/screenings answered ${status}: ${JSON.stringify(body)}`);
    return body.id;
  }
}

async function post(
  api: Api,
  path: string,
  body: unknown = {},
  headers: Record<string, string> = {},
): Promise<Heard> {
  const answer = await api
    .call<Body>('POST', path, body, headers, ANSWERED_WITHIN_MS)
    .catch((): Answer<Body> => ({
      ...{ status: NO_ANSWER, headers: new Headers(), body: { code: 'no answer' } },
    }));
  const { id, code } = answer.body;
  return { status: answer.status, code: code ?? '', ...(id !== undefined && { id }) };
}
