import { problemIn } from './problem';
import type { components } from './schema';
import { type Patience, pauseFor, retryAfterMs } from './steady';

export type Message = components['schemas']['Message'];

export interface Followed<Data> {
  /** To come back with, later: `lastEventId`. */
  id: string;
  data: Data;
}

interface Following extends Patience {
  url: string;
  authorization: () => Promise<string | undefined>;
  lastEventId?: string;
  signal?: AbortSignal;
}

/** Until the stream itself says how long to wait. */
const BACK_AFTER_MS = 1_000;

/**
 * Server-sent events, across lines that drop: each is yielded once, in order, none is missed. It ends when the signal
 * aborts, or the consumer leaves.
 * @throws ProblemError where the stream is refused for good
 */
export async function* follow<Data>({
  url,
  authorization,
  lastEventId,
  signal,
  pause = pauseFor,
  fetch = globalThis.fetch,
}: Following): AsyncGenerator<Followed<Data>> {
  let at = lastEventId;
  let backAfterMs = BACK_AFTER_MS;
  while (signal?.aborted !== true) {
    let waitMs = backAfterMs;
    try {
      const answer = await fetch(await asked());
      if (!answer.ok || !answer.body) {
        const after = retryAfterMs(answer.headers);
        if (after === undefined) throw problemIn(answer.status, await bodyOf(answer));
        await answer.body?.cancel();
        waitMs = after;
      } else
        for await (const { id, retry, data } of eventsIn(answer.body)) {
          backAfterMs = waitMs = retry ?? backAfterMs;
          at = id ?? at;
          if (data !== undefined) yield { id: at ?? '', data: JSON.parse(data) as Data };
        }
    } catch (error) {
      if (isOver(signal)) return;
      if (!isLostLine(error)) throw error;
    }
    if (!isOver(signal)) await pause(waitMs);
  }

  async function asked(): Promise<Request> {
    const headers = new Headers({ Accept: 'text/event-stream' });
    const by = await authorization();
    if (by !== undefined) headers.set('Authorization', by);
    if (at !== undefined) headers.set('Last-Event-ID', at);
    return new Request(url, { headers, ...(signal && { signal }) });
  }
}

const isOver = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** fetch rejects with a TypeError when it cannot reach the server, or loses it. */
const isLostLine = (error: unknown): boolean => (error as { name?: unknown }).name === 'TypeError';

interface Block {
  id?: string;
  /** Milliseconds to wait before coming back. */
  retry?: number;
  data?: string;
}

/** The blocks of a stream, as HTML has it; one that the line broke in is left out. */
async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<Block> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks.map(blockOf);
  }
}

function blockOf(text: string): Block {
  const block: Block = {};
  for (const line of text.split('\n')) {
    const [, field, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'id') block.id = value;
    if (field === 'retry') block.retry = Number(value);
    if (field === 'data') block.data = block.data === undefined ? value : `${block.data}\n${value}`;
  }
  return block;
}

const bodyOf = (answer: Response): Promise<unknown> => answer.json().catch(() => undefined);
