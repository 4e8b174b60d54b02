import { createHmac, randomBytes } from 'node:crypto';
import { writeJson, type JsonObject } from '../exact-json';

/** A true JWT, and the lies that a receiver must refuse (docs/providers/etpay.md §4.3, §8). */
export const JWT_SHAPES = [
  'signed',
  'flipped_signature',
  'no_signature',
  'alg_none',
  'alg_hs512',
  'alg_rs256',
  'other_session_key',
  'changed_amount',
  'changed_amount_signed',
  'unknown_session',
] as const;
export type JwtShape = (typeof JWT_SHAPES)[number];

interface SignatureKeys {
  /** The session's signature token, used as plain text bytes. */
  readonly own: string;
  /** The signature token of another session. */
  readonly other: string;
}

/** The JWT of these claims: HS256 with the session's key, or told wrong in the way `shape` names. */
export function jwtOf(shape: JwtShape, claims: JsonObject, keys: SignatureKeys): string {
  const signed = signedJwt('HS256', claims, keys.own);
  const [header = '', payload = '', signature = ''] = signed.split('.');
  switch (shape) {
    case 'signed':
      return signed;
    case 'flipped_signature':
      return `${header}.${payload}.${withFlippedBit(signature)}`;
    case 'no_signature':
      return `${header}.${payload}.`;
    case 'alg_none':
      return `${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.`;
    case 'alg_hs512':
      return signedJwt('HS512', claims, keys.own);
    case 'alg_rs256':
      return signedJwt('RS256', claims, keys.own);
    case 'other_session_key':
      return signedJwt('HS256', claims, keys.other);
    case 'changed_amount':
      return `${header}.${encoded(withOtherAmount(claims))}.${signature}`;
    case 'changed_amount_signed':
      return signedJwt('HS256', withOtherAmount(claims), keys.own);
    case 'unknown_session':
      return signedJwt('HS256', { ...claims, session_token: randomBytes(32).toString('hex') }, keys.own);
  }
}

/** `RS256` is a false label: an HMAC with the same key, as a receiver that believes the header would check. */
function signedJwt(algorithm: 'HS256' | 'HS512' | 'RS256', claims: JsonObject, key: string): string {
  const signed = `${encoded({ alg: algorithm, typ: 'JWT' })}.${encoded(claims)}`;
  const hash = algorithm === 'HS512' ? 'sha512' : 'sha256';
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

function encoded(part: JsonObject): string {
  return Buffer.from(writeJson(part)).toString('base64url');
}

function withOtherAmount(claims: JsonObject): JsonObject {
  return { ...claims, merchant_amount: claims.merchant_amount === 1 ? 2 : 1 };
}

function withFlippedBit(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  return bytes.toString('base64url');
}
