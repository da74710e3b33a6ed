import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** An OpenID provider: its keys over HTTP, and tokens signed with them. */
export class IdentityProvider {
  /** How often its keys were asked for. */
  asked = 0;
  private held: (() => void)[] | undefined;

  private constructor(
    private readonly pair: Awaited<ReturnType<typeof generateKeyPair>>,
    private readonly server: Server,
  ) {}

  static async start(): Promise<IdentityProvider> {
    const pair = await generateKeyPair('RS256', { extractable: true });
    const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }];
    const server = createServer((_req, res) => provider.answer(res, JSON.stringify({ keys })));
    const provider = new IdentityProvider(pair, server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get jwksUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks`;
  }

  /** A token for a customer who speaks English; claims set to undefined are left out. */
  token(claims: JWTPayload = {}, header: Record<string, string> = {}): Promise<string> {
    const exp = Math.floor(Date.now() / 1_000) + 60;
    const own = { sub: 'minji', roles: ['customer'], locale: 'en', iss: 'haru-dev', aud: 'haru', exp };
    return new SignJWT({ ...own, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header })
      .sign(this.pair.privateKey);
  }

  publicKey(): Promise<string> {
    return exportSPKI(this.pair.publicKey);
  }

  /** From now on whoever asks for the keys waits. */
  hold(): void {
    this.held = [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const answer of held) answer();
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answer(res: ServerResponse, keys: string): void {
    this.asked++;
    if (this.held) this.held.push(() => res.end(keys));
    else res.end(keys);
  }
}
