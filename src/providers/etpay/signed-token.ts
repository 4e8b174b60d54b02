import { timingSafeEqual } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, type ProtectedHeaderParameters } from 'jose';

/** Why a callback is not believed: it cannot be read, or it is not signed as this payment's callbacks are. */
export interface Refusal {
  error: 'unreadable' | 'bad_signature';
  /** For people; quotes nothing that was received. */
  message: string;
}

const LONGEST_TOKEN = 16 * 1024;
/** How far ETpay's clock may be from ours. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** No other is accepted, whatever the token says. */
const ALGORITHM = 'HS256';

/**
 * Claims of a JWT that is signed with HS256 and `key` (docs/providers/etpay.md §4.3). Nothing of the claims is read before
 * the signature was found right.
 *
 * @param key the session's signature token, as plain text
 * @param nowMs what the claims `exp` and `nbf` are held against
 */
export async function verifySignedToken(
  token: string,
  key: string,
  nowMs: number,
): Promise<{ claims: Record<string, unknown> } | Refusal> {
  if (token.length > LONGEST_TOKEN) return unreadable('the JWT is too long');
  const [, , signature, ...more] = token.split('.');
  if (signature === undefined || more.length > 0) return unreadable('the JWT does not have three parts');
  const header = headerOf(token);
  if (!header) return unreadable('the header of the JWT is no JSON object');
  // The library would take one critical header that changes what is signed.
  if (header.alg !== ALGORITHM || 'crit' in header) return forged('the JWT is not signed with HS256');
  if (key === '') return forged('there is no key to check the JWT with');
  // The library compares bytes, of which one signature has several spellings.
  const spelling = Buffer.from(signature, 'base64url').toString('base64url');
  if (spelling !== signature) return forged('the signature of the JWT is wrong');
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(key), {
      algorithms: [ALGORITHM],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(nowMs),
    });
    return { claims: payload };
  } catch (error) {
    return refusalOf(error);
  }
}

/** Compares in constant time. */
export function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function headerOf(token: string): ProtectedHeaderParameters | null {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return null;
  }
}

/** The library's messages are not passed on: they may quote what was received. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof errors.JWTInvalid) return unreadable('the payload of the JWT is no JSON object');
  if (error instanceof errors.JWTExpired) return forged('the JWT has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return forged('the JWT is not valid yet, or its times are no numbers');
  }
  if (error instanceof errors.JOSEError) return forged('the signature of the JWT is wrong');
  throw error;
}

function unreadable(message: string): Refusal {
  return { error: 'unreadable', message };
}

function forged(message: string): Refusal {
  return { error: 'bad_signature', message };
}
