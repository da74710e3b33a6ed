import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { CloudEvent } from '../../events/cloud-event';

interface Got {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Somebody's server on loopback that takes webhooks. */
export class Receiver {
  /** Those that it has answered with 204. */
  readonly taken: Got[] = [];
  connections = 0;
  requests = 0;
  /** What it answers; undefined: nothing at all. */
  answer: { status: number; headers?: Record<string, string> } | undefined = { status: 204 };

  private constructor(private readonly server: Server) {}

  static async open(host = '127.0.0.1'): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('connection', () => receiver.connections++);
    server.on('request', (req, res) => {
      let body = '';
      req.setEncoding('utf8').on('data', (part: string) => (body += part));
      req.on('end', () => {
        receiver.requests++;
        const { answer } = receiver;
        if (!answer) return;
        if (answer.status === 204) receiver.taken.push({ headers: req.headers, body });
        res.writeHead(answer.status, answer.headers).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook?for=haru`;
  }

  /** What it took, each verified. @throws WebhookVerificationError */
  events(secret: string): CloudEvent[] {
    return this.taken.map(
      ({ headers, body }) =>
        new Webhook(secret).verify(body, headers as Record<string, string>) as CloudEvent,
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
