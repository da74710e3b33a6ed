import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../free-port';

/** A TCP proxy before a server. While it is cut, open connections are broken and new ones refused. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private stalled = false;

  private constructor(
    private readonly target: { host: string; port: number },
    private readonly port: number,
  ) {}

  /** @param url names the server */
  static async start(url: string): Promise<TcpProxy> {
    const { hostname: host, port } = new URL(url);
    const proxy = new TcpProxy({ host, port: Number(port) }, await freePort());
    await proxy.restore();
    return proxy;
  }

  /** The URL of the same thing through the proxy. */
  through(url: string): string {
    return url.replace(/@[^/]+/, `@127.0.0.1:${this.port}`);
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Connections stay, and carry nothing more until they are cut; nobody is told. */
  stall(): void {
    this.stalled = true;
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  async restore(): Promise<void> {
    this.stalled = false;
    this.server = this.serve().listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  private serve(): Server {
    return createServer((near) => {
      const far = createConnection(this.target);
      if (!this.stalled) near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          this.sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
    });
  }
}
