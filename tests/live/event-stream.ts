import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { until } from '../../engine/wait';
import type { TestClient } from '../test-client';

interface Received {
  /** The id of the event: where to go on. */
  at: string;
  type: string;
  data: { id: string; event: string; text: string; at: string };
}

interface Options {
  after?: string;
  /** Says it in the URL, as those do who cannot set headers. */
  byQuery?: boolean;
  /** Cuts the connection once so many characters have come. */
  cutAfter?: number;
  /** Reads nothing. */
  paused?: boolean;
  method?: string;
}

/** A client of GET /v1/me/events, reading as the HTML standard says. */
export class EventStream {
  readonly received: Received[] = [];
  /** What it would resume from. */
  lastEventId: string | undefined;
  closedAt: number | undefined;
  /** All that came. */
  text = '';
  private unread = '';

  private constructor(
    private readonly asked: ClientRequest,
    readonly answer: IncomingMessage,
    { after, cutAfter = Number.POSITIVE_INFINITY, paused = false }: Options,
  ) {
    this.lastEventId = after;
    answer.setEncoding('utf8').on('error', () => undefined);
    answer.once('close', () => (this.closedAt = Date.now()));
    asked.on('error', () => undefined);
    if (paused) answer.pause();
    else this.listen(cutAfter);
  }

  static async open(
    url: string,
    { token }: Pick<TestClient, 'token'>,
    options: Options = {},
  ): Promise<EventStream> {
    const { after, byQuery = false, method = 'GET' } = options;
    const query = after !== undefined && byQuery ? `?lastEventId=${after}` : '';
    const asked = request(`${url}/v1/me/events${query}`, {
      method,
      agent: false,
      headers: {
        authorization: `Bearer ${token}`,
        ...(after !== undefined && !byQuery && { 'last-event-id': after }),
      },
    }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return new EventStream(asked, answer, options);
  }

  get status(): number | undefined {
    return this.answer.statusCode;
  }

  /** Begins to read, when it was opened paused. */
  listen(cutAfter = Number.POSITIVE_INFINITY): void {
    this.answer.on('data', (chunk: string) => {
      const taken = chunk.slice(0, cutAfter - this.text.length);
      this.text += taken;
      this.read(taken);
      if (this.text.length >= cutAfter) this.close();
    });
    this.answer.resume();
  }

  close(): void {
    this.answer.removeAllListeners('data');
    this.asked.destroy();
  }

  /** Waits until so many have been received. */
  async receives(count: number, withinMs = 10_000): Promise<Received[]> {
    await until(() => this.received.length >= count, { withinMs, everyMs: 5 });
    return this.received;
  }

  ends(withinMs: number): Promise<boolean> {
    return until(() => this.closedAt !== undefined, { withinMs, everyMs: 10 });
  }

  private read(text: string): void {
    const blocks = (this.unread + text).split('\n\n');
    this.unread = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .filter((line) => !line.startsWith(':'))
          .map((line) => {
            const colon = line.indexOf(':');
            return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
          }),
      );
      if (fields.id !== undefined) this.lastEventId = fields.id;
      if (fields.data !== undefined)
        this.received.push({
          at: this.lastEventId ?? '',
          type: fields.event ?? 'message',
          data: JSON.parse(fields.data) as Received['data'],
        });
    }
  }
}
