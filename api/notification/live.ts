import type { Api } from '../endpoint';
import { EventStream, eventStream } from '../event-stream';
import type { Locale } from '../problem-row';
import { Problem } from '../problems';
import type { Audience, Seat } from './audience';
import { messageView, MessageView } from './messages';

const DESCRIPTION =
  'Server-sent events: all of the type `message`, the `id` being the number of the message. Whoever was cut off comes ' +
  'back with `Last-Event-ID` and misses nothing. The token is taken from the Authorization header only, so browsers ' +
  'need an EventSource made with fetch. The stream ends when the token expires, or after an hour: come back, with a ' +
  'new token where it has expired.';

/** What a customer is told, as it happens (seed 003, M7). */
export function liveRoutes(api: Api): void {
  const { audience, config, stopping, log } = api.deps;
  const open = new Set<EventStream>();
  stopping.addEventListener('abort', () => {
    for (const stream of open) stream.end();
  });

  eventStream(
    api,
    {
      path: '/v1/me/events',
      summary: 'What you are told, as it happens',
      description: DESCRIPTION,
      tag: 'Me',
      data: MessageView,
    },
    async ({ caller, after }, res) => {
      const seat = audience.take(caller.user);
      res.once('close', () => audience.leave(seat));

      const newest = await audience.newest(caller.user);
      if (res.destroyed) return;
      if (stopping.aborted) throw new Problem('unavailable');
      // One that is ahead of us has seen another account's, or those of a database that is no more.
      seat.reached = Math.min(after ?? newest, newest);
      const stream = new EventStream(res, seat.reached);
      open.add(stream);
      const lastsMs = Math.min(caller.until - Date.now(), config.live.atMostMs);
      const ending = setTimeout(() => stream.end(), lastsMs);
      res.once('close', () => {
        clearTimeout(ending);
        open.delete(stream);
      });
      await tell(stream, seat, audience, caller.locale, (error) =>
        log.warn({ err: error, requestId: res.locals.requestId }, 'could not read messages; tries again'),
      );
    },
  );
}

/** Everything after what was sent, then each as it comes, until the stream has ended. */
async function tell(
  stream: EventStream,
  seat: Seat,
  audience: Audience,
  locale: Locale,
  failed: (error: unknown) => void,
): Promise<void> {
  while (stream.isOpen) {
    try {
      const { page, more } = await audience.next(seat);
      if (page.length > 0) {
        audience.sent.inc(page.length);
        await stream.send(page.map((row) => ({ id: row.number, data: messageView(row, locale) })));
        seat.reached = page.at(-1)?.number ?? seat.reached;
      }
      if (!more) await seat.wakeup.wait();
    } catch (error) {
      failed(error);
      await seat.wakeup.wait();
    }
  }
}
