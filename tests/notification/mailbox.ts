import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Letter {
  to: string[];
  subject: string;
  messageId: string;
  text: string;
}

/** A mail server on loopback. */
export class Mailbox {
  readonly letters: Letter[] = [];
  /** What it does with each letter: takes it, says no for now, or hangs up in the middle of it. */
  mood: 'takes' | 'refuses' | 'hangs up' = 'takes';
  /** Letters that it was offered, taken or not. */
  offered = 0;
  private server: SMTPServer | undefined;

  /** @param port 0 for any */
  async open(port = 0): Promise<number> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          this.offered++;
          if (this.mood === 'refuses') {
            done(Object.assign(new Error('come back later'), { responseCode: 451 }));
            return;
          }
          if (this.mood === 'hangs up') {
            for (const connection of server.connections)
              (connection as unknown as { _socket: Socket })._socket.destroy();
            return;
          }
          const to = session.envelope.rcptTo.map(({ address }) => address);
          this.letters.push({ to, ...read(Buffer.concat(parts).toString('latin1')) });
          done();
        });
      },
    });
    server.on('error', () => undefined);
    this.server = server;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return (server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server?.close(resolve));
  }

  forget(address: string): void {
    this.letters.splice(0, Infinity, ...this.letters.filter(({ to }) => !to.includes(address)));
  }

  to = (address: string): Letter[] => this.letters.filter((letter) => letter.to.includes(address));
}

/** A letter of one part of text. */
function read(raw: string): Omit<Letter, 'to'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = head.replaceAll(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1] ?? '';
  const body = rest.join('\r\n\r\n');
  const how = header('Content-Transfer-Encoding');
  const text =
    how === 'base64' ? Buffer.from(body, 'base64') : how === 'quoted-printable' ? quoted(body) : body;
  return {
    subject: header('Subject')
      .replaceAll(/\?= =\?/g, '?==?')
      .replaceAll(/=\?UTF-8\?(.)\?(.*?)\?=/gi, (_, kind: string, word: string) =>
        (kind === 'B' ? Buffer.from(word, 'base64') : quoted(word.replaceAll('_', ' '))).toString('latin1'),
      )
      .replace(/^.*$/, (bytes) => Buffer.from(bytes, 'latin1').toString()),
    messageId: header('Message-ID'),
    text: (typeof text === 'string' ? Buffer.from(text, 'latin1') : text).toString().trim(),
  };
}

const quoted = (text: string): Buffer =>
  Buffer.from(
    text
      .replaceAll(/=\r\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
