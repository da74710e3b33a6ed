import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Caller } from './caller';
import { admit, type Api } from './endpoint';
import { localeOf } from './middleware/locale';
import { documented } from './openapi';
import { validated } from './validation';
import { says } from './validation-words';

/** Proxies close what is silent; most wait a minute. */
const KEEP_ALIVE_MS = 20_000;
const KEEP_ALIVE = ':\n\n';
/** Whoever has not read the end by then is cut off. */
const LEAVE_WITHIN_MS = 1_000;
/** So that the clients of a process that stops do not all come back at once. */
const BACK_AFTER_MS = { least: 1_000, spread: 2_000 };

const EVENT_ID = /^\d{1,15}$/;
const EventId = z.string().regex(EVENT_ID, says('event id')).transform(Number).optional().meta({
  type: 'string',
  pattern: EVENT_ID.source,
  description: 'The id of the last event that you have seen: what came after it follows',
});
const Query = z.strictObject({
  lastEventId: EventId.meta({
    description: 'The same, for clients that cannot set headers; the header goes first',
  }),
});
const Headers = z.strictObject({ 'Last-Event-ID': EventId });

interface Tuned {
  caller: Caller;
  /** The number of the last event that they have seen; undefined = only what comes from now on. */
  after: number | undefined;
}

/** Declares a GET that answers a signed-in caller with server-sent events. */
export function eventStream(
  { router, registry }: Api,
  spec: { path: string; summary: string; description: string; tag: string; data: z.ZodType },
  serve: (tuned: Tuned, res: Response) => Promise<void>,
): void {
  const { path, summary, description, tag, data } = spec;
  const who = 'signed-in' as const;
  const route = documented({ method: 'get', path, summary, tag, who, query: Query, answers: { 200: data } });
  const ok = { ...route.responses[200], content: { 'text/event-stream': { schema: data } } };
  registry.registerPath({
    ...route,
    description,
    request: { ...route.request, headers: Headers },
    responses: { ...route.responses, 200: { ...ok, description: 'Each `data` is one of these' } },
  });

  const handle: RequestHandler = async (req, res) => {
    const locale = localeOf(req, res);
    const { lastEventId } = validated('query', Query, req.query, locale);
    const sent = { 'Last-Event-ID': req.headers['last-event-id'] };
    const after = validated('header', Headers, sent, locale)['Last-Event-ID'] ?? lastEventId;
    if (req.method === 'HEAD') res.type('text/event-stream').end();
    else await serve({ caller: res.locals.caller as Caller, after }, res);
  };
  router.get(path, admit({ path, who }), handle);
}

/** An answer that goes on, event by event (HTML, "Server-sent events"). */
export class EventStream {
  /**
   * Begins the answer.
   * @param at where the client is before the first event: if it is cut off until then, it comes back to there
   */
  constructor(
    private readonly res: Response,
    at: number,
  ) {
    res.locals.streams = true;
    // Nothing on the way may hold it back, or pack it.
    res.setHeader('Cache-Control', 'no-store, no-transform').setHeader('X-Accel-Buffering', 'no');
    res.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const back = Math.round(BACK_AFTER_MS.least + Math.random() * BACK_AFTER_MS.spread);
    res.write(`retry: ${back}\nid: ${at}\n\n`);
    const keepingAlive = setInterval(() => {
      if (this.isOpen) res.write(KEEP_ALIVE);
    }, KEEP_ALIVE_MS);
    res.once('close', () => clearInterval(keepingAlive));
  }

  get isOpen(): boolean {
    return !this.res.writableEnded && !this.res.destroyed;
  }

  /** Sends these, and waits until the client has taken enough of them to be sent more, or has gone. */
  async send(events: readonly { id: number; data: unknown }[]): Promise<void> {
    if (!this.isOpen) return;
    // "message" is the event that a browser's EventSource hands to its plain listener; JSON has no line breaks.
    const written = events.map(
      ({ id, data }) => `event: message\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`,
    );
    if (!this.res.write(written.join(''))) await drained(this.res);
  }

  /** The client is to come back. */
  end(): void {
    if (!this.isOpen) return;
    this.res.end();
    const late = setTimeout(() => this.res.destroy(), LEAVE_WITHIN_MS);
    this.res.once('close', () => clearTimeout(late));
  }
}

const drained = (res: Response): Promise<void> =>
  new Promise((resolve) => {
    const goOn = () => {
      res.off('drain', goOn).off('close', goOn);
      resolve();
    };
    res.on('drain', goOn).on('close', goOn);
  });
