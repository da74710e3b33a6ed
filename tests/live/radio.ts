import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { until } from '../../engine/wait';
import type { TestClient } from '../test-client';

interface Heard {
  /** The id of the event: where to go on. */
  at: string;
  type: string;
  data: { id: string; event: string; text: string; at: string };
}

interface Wanted {
  after?: string;
  /** Says it in the URL, as those do who cannot set headers. */
  byQuery?: boolean;
  /** Cuts the connection once so many characters have come. */
  cutAfter?: number;
  /** Reads nothing. */
  deaf?: boolean;
  method?: string;
}

/** A client of GET /v1/me/events, reading as the HTML standard says. */
export class Radio {
  readonly heard: Heard[] = [];
  /** What it would come back with. */
  lastEventId: string | undefined;
  closedAt: number | undefined;
  /** All that came. */
  text = '';
  private rest = '';

  private constructor(
    private readonly asked: ClientRequest,
    readonly answer: IncomingMessage,
    { after, cutAfter = Number.POSITIVE_INFINITY, deaf = false }: Wanted,
  ) {
    this.lastEventId = after;
    answer.setEncoding('utf8').on('error', () => undefined);
    answer.once('close', () => (this.closedAt = Date.now()));
    asked.on('error', () => undefined);
    if (deaf) answer.pause();
    else this.listen(cutAfter);
  }

  static async tune(url: string, { token }: Pick<TestClient, 'token'>, wanted: Wanted = {}): Promise<Radio> {
    const { after, byQuery = false, method = 'GET' } = wanted;
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
    return new Radio(asked, answer, wanted);
  }

  get status(): number | undefined {
    return this.answer.statusCode;
  }

  /** A deaf one begins to read. */
  listen(cutAfter = Number.POSITIVE_INFINITY): void {
    this.answer.on('data', (chunk: string) => {
      const taken = chunk.slice(0, cutAfter - this.text.length);
      this.text += taken;
      this.read(taken);
      if (this.text.length >= cutAfter) this.drop();
    });
    this.answer.resume();
  }

  drop(): void {
    this.answer.removeAllListeners('data');
    this.asked.destroy();
  }

  /** Waits until so many have been heard. */
  async hears(count: number, withinMs = 10_000): Promise<Heard[]> {
    await until(() => this.heard.length >= count, { withinMs, everyMs: 5 });
    return this.heard;
  }

  closes(withinMs: number): Promise<boolean> {
    return until(() => this.closedAt !== undefined, { withinMs, everyMs: 10 });
  }

  private read(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .filter((line) => !line.startsWith(':'))
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
      );
      if (fields.id !== undefined) this.lastEventId = fields.id;
      if (fields.data !== undefined)
        this.heard.push({
          at: this.lastEventId ?? '',
          type: fields.event ?? 'message',
          data: JSON.parse(fields.data) as Heard['data'],
        });
    }
  }
}
