import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../engine/ports';

/** A line to a server that can be cut: what runs over it breaks, and nobody gets through until it is mended. */
export class Cable {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  private constructor(
    private readonly target: { host: string; port: number },
    private readonly port: number,
  ) {}

  /** @returns a cable to the server of a URL, and the URL of the same thing through it */
  static async lay(url: string): Promise<{ cable: Cable; through: string }> {
    const { hostname: host, port } = new URL(url);
    const cable = new Cable({ host, port: Number(port) }, await freePort());
    await cable.mend();
    return { cable, through: url.replace(/@[^/]+/, `@127.0.0.1:${cable.port}`) };
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  async mend(): Promise<void> {
    this.server = this.serve().listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  private serve(): Server {
    return createServer((near) => {
      const far = createConnection(this.target);
      near.pipe(far).pipe(near);
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
