import { createHmac, timingSafeEqual } from 'node:crypto';

/** Why a callback is not believed: it cannot be read, or it is not signed as this payment's callbacks are. */
export interface Refusal {
  error: 'unreadable' | 'bad_signature';
  /** For people; quotes nothing that was received. */
  message: string;
}

const LONGEST_TOKEN = 16 * 1024;
/** How far ETpay's clock may be from ours. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Claims of a JWT that is signed with HS256 and `key` (docs/providers/etpay.md §4.3). No other algorithm is accepted,
 * whatever the token says, and nothing of the claims is read before the signature was found right.
 *
 * @param key the session's signature token, as plain text
 * @param nowMs what a claim `exp` is held against
 */
export function verifySignedToken(
  token: string,
  key: string,
  nowMs: number,
): { claims: Record<string, unknown> } | Refusal {
  if (token.length > LONGEST_TOKEN) return unreadable('the JWT is too long');
  const [header, payload, signature, ...more] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    return unreadable('the JWT does not have three parts');
  }
  const head = decode(header);
  if (!head) return unreadable('the header of the JWT is no JSON object');
  if (head.alg !== 'HS256' || 'crit' in head) return forged('the JWT is not signed with HS256');
  if (key === '') return forged('there is no key to check the JWT with');
  // The texts are compared, not their bytes: one signature has several base64url spellings.
  const expected = createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url');
  if (!sameText(expected, signature)) return forged('the signature of the JWT is wrong');
  const claims = decode(payload);
  if (!claims) return unreadable('the payload of the JWT is no JSON object');
  return hasExpired(claims.exp, nowMs) ? forged('the JWT has expired') : { claims };
}

function decode(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Compares in constant time. */
export function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** An `exp` may be missing; one that is there has to lie ahead, in seconds since the epoch. */
function hasExpired(exp: unknown, nowMs: number): boolean {
  if (exp === undefined) return false;
  return typeof exp !== 'number' || !(exp * 1_000 + CLOCK_TOLERANCE_MS > nowMs);
}

function unreadable(message: string): Refusal {
  return { error: 'unreadable', message };
}

function forged(message: string): Refusal {
  return { error: 'bad_signature', message };
}
