import { createHmac, timingSafeEqual } from 'node:crypto';

export interface TokenSecret {
  id: string;
  key: Uint8Array;
}

/** What a token opens: a callback address, a return address or a checkout page. One never opens another. */
export type TokenPurpose = 'webhook' | 'return' | 'checkout';

/** Unguessable per-payment tokens, `<secret id>.<base64url HMAC-SHA256>`: the first secret signs, all verify. */
export class PaymentTokens {
  private readonly first: TokenSecret;

  /** @throws RangeError when there is no secret */
  constructor(private readonly secrets: readonly TokenSecret[]) {
    const first = secrets[0];
    if (!first) throw new RangeError('at least one token secret is needed');
    this.first = first;
  }

  sign(purpose: TokenPurpose, paymentId: string): string {
    return `${this.first.id}.${mac(this.first, purpose, paymentId).toString('base64url')}`;
  }

  /** In constant time for a given secret id. */
  verify(purpose: TokenPurpose, paymentId: string, token: string): boolean {
    const dot = token.lastIndexOf('.');
    const secret = this.secrets.find(({ id }) => id === token.slice(0, Math.max(dot, 0)));
    if (!secret) return false;
    // Compared as text: base64 decoding would let several spellings of one token pass.
    const given = Buffer.from(token.slice(dot + 1));
    const expected = Buffer.from(mac(secret, purpose, paymentId).toString('base64url'));
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

function mac({ key }: TokenSecret, purpose: TokenPurpose, paymentId: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}:${paymentId}`).digest();
}
