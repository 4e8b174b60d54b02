import type { SandboxClock } from '../clock';
import { newSecret } from './identifiers';

interface AccessToken {
  readonly clientId: string;
  readonly expiresMs: number;
}

/** Live access and refresh tokens. How long a refresh token lives is unknown: here until revoked. */
export class AccessTokens {
  private readonly live = new Map<string, AccessToken>();
  private readonly refresh = new Map<string, string>();

  constructor(private readonly clock: SandboxClock) {}

  issue(clientId: string, lifeMs: number, killsOld: boolean): { accessToken: string; refreshToken: string } {
    if (killsOld) this.revoke(clientId);
    const [accessToken, refreshToken] = [newSecret(), newSecret()];
    this.live.set(accessToken, { clientId, expiresMs: this.clock.now() + lifeMs });
    this.refresh.set(refreshToken, clientId);
    return { accessToken, refreshToken };
  }

  /** The account behind `Authorization: Bearer …`, or undefined when the token is bad or expired. */
  clientOf(authorizationHeader: string | undefined): string | undefined {
    const token = /^Bearer ([^\s]+)$/i.exec(authorizationHeader ?? '')?.[1];
    const found = token === undefined ? undefined : this.live.get(token);
    return found !== undefined && found.expiresMs > this.clock.now() ? found.clientId : undefined;
  }

  isRefreshTokenOf(refreshToken: string, clientId: string): boolean {
    return this.refresh.get(refreshToken) === clientId;
  }

  /** Ends the live access tokens of one account, or of all; says how many. */
  revoke(clientId?: string): number {
    let revoked = 0;
    for (const [token, { clientId: owner }] of this.live) {
      if (clientId === undefined || owner === clientId) revoked += this.live.delete(token) ? 1 : 0;
    }
    return revoked;
  }

  reset(): void {
    this.live.clear();
    this.refresh.clear();
  }
}
