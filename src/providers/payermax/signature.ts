import { type KeyObject, sign, verify } from 'node:crypto';

const ALGORITHM = 'sha256';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** What a `sign` header proves about a body: that PayerMax wrote it, nothing, or that something is wrong. */
export type Proof = 'signed' | 'unsigned' | 'forged';

/**
 * The `sign` header of a request: SHA256withRSA (PKCS#1 v1.5) in Base64 over the exact bytes of the body
 * (docs/providers/payermax.md §9).
 */
export function signBody(body: Buffer, privateKey: KeyObject): string {
  return sign(ALGORITHM, body, privateKey).toString('base64');
}

/** Checks a `sign` header against the body's bytes as they were received, before anything parses them. */
export function proofOf(body: Buffer, header: string | string[] | undefined, publicKey: KeyObject): Proof {
  if (header === undefined || header === '') return 'unsigned';
  if (typeof header !== 'string' || !BASE64.test(header)) return 'forged';
  return verify(ALGORITHM, body, publicKey, Buffer.from(header, 'base64')) ? 'signed' : 'forged';
}
