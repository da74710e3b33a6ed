import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { freePort } from '../free-port';

/**
 * What happens to a refund's request: it reaches the provider only when the test says so, and is answered (`held`) or not
 * (`late`); the provider's answer never comes; it reaches the provider twice at the same time; or nothing.
 */
export type RequestFault = 'late' | 'held' | 'lost' | 'doubled' | 'none';

/** How a thing's refunds went through the proxy. */
class RefundTraffic {
  /** Of the requests that have come, in order. */
  readonly keys: string[] = [];
  /** Statuses with which the provider answered what the fault struck: the first request, and its double. */
  readonly answers: number[] = [];
  private readonly gate = Promise.withResolvers<undefined>();

  /** Lets the request that is late go on. */
  release(): void {
    this.gate.resolve(undefined);
  }

  get released(): Promise<undefined> {
    return this.gate.promise;
  }
}

/** Between the payment service and the provider. It passes everything on; a fault strikes a thing's first refund request. */
export class RefundProxy {
  private readonly traffic = new Map<string, RefundTraffic>();
  private readonly server: Server;

  private constructor(
    private readonly provider: string,
    private readonly faultOf: (id: string) => Promise<RequestFault>,
  ) {
    this.server = createServer((request, response) => {
      // As a broken connection: the sender must find out what happened.
      this.handle(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 60_000;
  }

  /** @param provider its URL @param faultOf the fault of a thing, by its id */
  static async start(provider: string, faultOf: (id: string) => Promise<RequestFault>): Promise<RefundProxy> {
    const proxy = new RefundProxy(provider, faultOf);
    proxy.server.listen(await freePort(), '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  of(id: string): RefundTraffic {
    const traffic = this.traffic.get(id) ?? new RefundTraffic();
    this.traffic.set(id, traffic);
    return traffic;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const send = () => this.send(request, body);
    const key = String(request.headers['idempotency-key']);
    const [id] = key.split('/');
    if (id === undefined || !request.url?.endsWith('/refunds')) return answer(response, await send());

    const traffic = this.of(id);
    const fault = traffic.keys.push(key) === 1 ? await this.faultOf(id) : 'none';
    if (fault === 'late' || fault === 'held') await traffic.released;
    const answers = await Promise.all(fault === 'doubled' ? [send(), send()] : [send()]);
    if (fault !== 'none') traffic.answers.push(...answers.map(({ status }) => status));
    const [first] = answers;
    // Whoever sent it hangs up at its limit.
    if (first && fault !== 'late' && fault !== 'lost') await answer(response, first);
  }

  private send({ method, url, headers }: IncomingMessage, body: string): Promise<Response> {
    const key = headers['idempotency-key'];
    return fetch(`${this.provider}${url}`, {
      method: method ?? 'GET',
      headers: {
        'Content-Type': 'application/json',
        ...(typeof key === 'string' && { 'Idempotency-Key': key }),
      },
      ...(body !== '' && { body }),
    });
  }
}

async function answer(response: ServerResponse, from: Response): Promise<void> {
  response.writeHead(from.status, { 'Content-Type': 'application/json' });
  response.end(await from.text());
}
