import { z } from 'zod';
import { seatNames } from '../../workflows/movie/policy';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { Instant, Line, listOf, Page, pageOf, Price, Title, typeId, unknownCursor } from '../schemas';
import { says } from '../validation-words';
import { ScreeningView, screeningView, ScreeningWithSeats } from './views';

const NewScreening = z
  .strictObject({
    movieName: Title,
    hall: Line(60),
    startsAt: Instant.meta({ example: '2099-01-31T09:00:00Z' }),
    endsAt: Instant.meta({ example: '2099-01-31T11:00:00Z' }),
    rows: z.int().min(1).max(100),
    columns: z.int().min(1).max(26),
    price: Price,
  })
  .refine(({ startsAt, endsAt }) => Date.parse(startsAt) < Date.parse(endsAt), {
    path: ['endsAt'],
    message: says('startsAt'),
  });

const Id = z.strictObject({ id: typeId('scr') });

/** Screenings: put on by an admin, browsed by anyone. */
export function screeningRoutes(api: Api): void {
  const { movie, movieReads, presence } = api.deps;

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/screenings',
      summary: 'Put a screening on',
      tag: 'Movie',
      who: ['admin'],
      body: NewScreening,
      example: (offer) => ({
        movieName: '호수의 아침',
        hall: offer('hall'),
        startsAt: offer('startsAt'),
        endsAt: offer('endsAt'),
        rows: 8,
        columns: 10,
        price: 10_000,
      }),
      answers: { 201: ScreeningView },
      problems: ['hall-busy'],
      makes: 'scr',
    },
    async ({ body, operation }) => {
      const id = operation.thingId;
      const screening = { ...body, id, startsAt: new Date(body.startsAt), endsAt: new Date(body.endsAt) };
      await presence.of('movie');
      const added = await movie.addScreening(screening);
      if (!added && !(await movieReads.screening(id))) throw new Problem('hall-busy');
      return { status: 201, location: `/v1/screenings/${id}`, body: screeningView(screening, 0) };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/screenings',
      summary: 'Screenings that have not ended, the next first',
      tag: 'Movie',
      who: 'any',
      query: Page.extend({
        from: Instant.optional().meta({ description: 'Starting then or later, past ones too' }),
        to: Instant.optional().meta({ description: 'Starting before' }),
        movieName: Title.optional(),
      }),
      answers: { 200: listOf(ScreeningView) },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const after = cursor === undefined ? undefined : placeOf(cursor);
      const rows = await movieReads.screenings({ ...filter, after, limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, ({ startsAt, id }) => `${startsAt.getTime()}.${id}`);
      const data = page.map((row) => screeningView(row, row.taken));
      return { status: 200, body: { data, nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/screenings/{id}',
      summary: 'A screening and its seats',
      tag: 'Movie',
      who: 'any',
      params: Id,
      answers: { 200: ScreeningWithSeats },
    },
    async ({ params }) => {
      const found = await movieReads.seats(params.id);
      if (!found) throw new Problem('not-found');
      const { screening, taken } = found;
      const seats = seatNames(screening.rows, screening.columns).map((seat) => ({
        seat,
        status: taken.get(seat) ?? ('FREE' as const),
      }));
      return { status: 200, body: { ...screeningView(screening, taken.size), seats } };
    },
  );

  endpoint(
    api,
    {
      method: 'delete',
      path: '/v1/screenings/{id}',
      summary: 'Take a screening off, while nothing of it is held or sold',
      tag: 'Movie',
      who: ['admin'],
      params: Id,
      answers: { 204: null },
      problems: ['screening-sold'],
    },
    async ({ params: { id } }) => {
      if (!(await movieReads.screening(id))) throw new Problem('not-found');
      await presence.of('movie');
      if (!(await movie.removeScreening(id))) throw new Problem('screening-sold');
      return { status: 204 };
    },
  );
}

/** @throws Problem invalid-request for a cursor that is none of ours */
function placeOf(cursor: string): { startsAt: Date; id: string } {
  const [, time, id] = /^(\d{1,15})\.(scr_[0-9a-z]{26})$/.exec(cursor) ?? [];
  if (time === undefined || id === undefined) throw unknownCursor();
  return { startsAt: new Date(Number(time)), id };
}
