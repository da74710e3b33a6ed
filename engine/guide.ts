import { join } from 'node:path';
import { ACCOUNTS } from '../api/dev/accounts';
import { type Config, JOINERS, type Part } from '../config';
import { signIn } from './http';
import { freeSeats, upcomingScreenings } from './screenings';
import { hasWebUi } from './stack';

/** What to read once everything runs: addresses, accounts, and a first booking to paste. */
export async function guide(config: Config, origin: string, without: readonly Part[]): Promise<string> {
  const { ports, external, temporal, provider, stripe } = config;
  const temporalUi = hasWebUi(config)
    ? `http://127.0.0.1:${ports.temporalUi}`
    : `none; gRPC on ${temporal.address}`;
  const postgres =
    external.database === undefined ? `psql "$(cat ${join(config.home, 'postgres.url')})"` : 'DATABASE_URL';
  const joiners = JOINERS.filter((name) => without.includes(name));
  return `
Haru runs.

  Start here          ${origin}/
  API                 ${origin}
  Documentation       ${origin}/docs
  Temporal Web UI     ${temporalUi}
  ${stripe ? `Payment provider    Stripe (${stripe.url})` : `Provider simulator  ${provider.url}/statement`}
  PostgreSQL          ${postgres}

Accounts: ${ACCOUNTS.map(({ user, roles }) => `${user} (${roles.join(', ')})`).join(', ')}.
A token for one of them:  npm run token -- staff

Book a seat as minji:

  ${await bookingCommand(origin, stripe ? 'pm_card_visa' : 'tok_ok')}

Next:  npm run demo                   a booking, an outage, a refund, a bike ride and a meal, told step by step
${joiners.map((name) => `       ${`npm run worker -- ${name}`.padEnd(30)} lets ${name} join`).join('\n')}${joiners.length > 0 ? '\n' : ''}       npm start -- --without=boxoffice   leaves a service out (npm run worker -- boxoffice lets it join)
       npm run audit                  proves that all money adds up, and that all was told
       npm run ops -- parked          what waits for an operator
       npm run views:rebuild          makes the pages anew from all events, while everything goes on
       npm run reset                  empties the data, when stopped
       Ctrl-C                         stops everything
`;
}

const tokenCommand = (origin: string, user: string, role: string) =>
  `curl -s ${origin}/v1/dev/tokens -H 'Content-Type: application/json' -d '{"user":"${user}","roles":["${role}"]}'`;

async function bookingCommand(origin: string, card: string): Promise<string> {
  const minji = await signIn(origin, 'minji', ['customer']);
  for (const screening of await upcomingScreenings(minji)) {
    if (screening.seatsFree < 2) continue;
    const seats = await freeSeats(minji, screening.id, 2);
    const body = { screeningId: screening.id, seats, payment: { method: 'card', token: card } };
    const token = `$(${tokenCommand(origin, 'minji', 'customer')} | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`;
    return `curl -si ${origin}/v1/bookings -H "Authorization: Bearer ${token}" -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  }
  return '(every seat is taken)';
}
