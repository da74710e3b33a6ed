import { config } from '../config';
import { ClearError } from '../engine/fail-clearly';
import { signIn } from '../engine/http';
import { freeSeats, upcomingScreenings } from '../engine/screenings';
import { originOf } from './origin';
import { won } from './telling';

interface Booking {
  id: string;
  status: string;
  movieName: string;
  hall: string;
  startsAt: string;
  seats: string[];
  totalPrice: number;
}

/** `npm run book`: minji books the first free seat of the next screening, and what she is answered is printed. */
async function main(): Promise<void> {
  const origin = originOf();
  const minji = await signIn(origin, 'minji', ['customer']);
  for (const screening of await upcomingScreenings(minji)) {
    const seats = await freeSeats(minji, screening.id, 1);
    if (seats.length === 0) continue;
    const payment = { method: 'card', token: config.stripe ? 'pm_card_visa' : 'tok_ok' };
    const wanted = { screeningId: screening.id, seats, payment };
    const { status, body } = await minji.call<Booking & { detail?: string }>('POST', '/v1/bookings', wanted);
    if (status !== 201) throw new ClearError(`POST /v1/bookings answered ${status}: ${JSON.stringify(body)}`);
    console.log(
      `${body.status}: ${body.movieName}, ${body.hall}, ${body.startsAt}, seat ${body.seats.join(', ')}, ` +
        `${won.format(body.totalPrice)}.\n${body.id}\n\nnpm run token -- minji prints the token that reads it: ` +
        `GET ${origin}/v1/bookings/${body.id}`,
    );
    return;
  }
  throw new ClearError('Every seat is taken: npm start adds screenings when there are none to come.');
}

main().catch((error: unknown) => {
  console.error(
    error instanceof ClearError ? error.message : `Is Haru running (npm start)? ${String(error)}`,
  );
  process.exitCode = 1;
});
