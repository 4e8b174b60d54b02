import { createHash, timingSafeEqual } from 'node:crypto';

export type SignMethod = 'sha1' | 'md5';

/** What a body signature covers, and nothing else (docs/providers/pomelo.md §4.4). Amount in cents. */
export interface SignedFields {
  amount: number;
  currency: string;
}

const METHODS: readonly SignMethod[] = ['sha1', 'md5'];

/** The signature of a v1 create: sha1 in lower-case hex, md5 in Base64 (docs/providers/pomelo.md §9). */
export function signatureOf(method: SignMethod, fields: SignedFields, apiKey: string): string {
  return digest(method, fields, apiKey).toString(method === 'sha1' ? 'hex' : 'base64');
}

/**
 * Whether a callback's signature is right, by either method and in either spelling: published code disagrees
 * about both (docs/providers/pomelo.md §9). Compares in constant time.
 */
export function isSignature(given: string, fields: SignedFields, apiKey: string): boolean {
  const accepted = METHODS.flatMap((method) => {
    const bytes = digest(method, fields, apiKey);
    return [bytes.toString('hex'), bytes.toString('base64')];
  });
  // Every one is compared, so that the time does not tell which was met.
  return accepted.filter((right) => sameText(given, right)).length > 0;
}

/** The signature in a callback's headers, which does not cover the body (docs/providers/pomelo.md §4.3). */
export function headerSignatureOf(nonce: string, timestamp: string, apiKey: string): string {
  return createHash('sha256').update(`${nonce}${timestamp}${apiKey}`).digest('hex');
}

/** Compares in constant time, but for the length. */
export function sameText(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function digest(method: SignMethod, { amount, currency }: SignedFields, apiKey: string): Buffer {
  return createHash(method).update(`amount=${amount}&currency=${currency}&apiKey=${apiKey}`).digest();
}
