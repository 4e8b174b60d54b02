import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { SANDBOX_MERCHANT_PRIVATE_KEY } from './test-keys';

/** How a callback can be signed: rightly, or as a forger or a fault on the way would. */
export const SIGNATURE_SHAPES = ['signed', 'flipped_signature', 'wrong_key', 'unsigned'] as const;
type SignatureShape = (typeof SIGNATURE_SHAPES)[number];

/** A key from its exchange form, PKCS#8 DER in Base64; throws when it is none. */
export function privateKeyOf(base64: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });
}

/** A key from its exchange form, SPKI DER in Base64; throws when it is none. */
export function publicKeyOf(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
}

/** The public half in its exchange form. */
export function publicHalf(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
}

/** SHA256withRSA over the exact UTF-8 bytes, in standard Base64 (docs/providers/payermax.md §9). */
export function signText(text: string, privateKey: KeyObject): string {
  return sign('sha256', Buffer.from(text), privateKey).toString('base64');
}

export function isSignedBy(bytes: Buffer, signature: string | undefined, publicKey: KeyObject): boolean {
  if (signature === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  return verify('sha256', bytes, publicKey, Buffer.from(signature, 'base64'));
}

/** The headers of a callback in one of the shapes. */
export function signatureHeaders(
  text: string,
  privateKey: KeyObject,
  shape: string,
): Readonly<Record<string, string>> {
  switch (shape as SignatureShape) {
    case 'signed':
      return { sign: signText(text, privateKey) };
    case 'flipped_signature':
      return { sign: withOneBitFlipped(signText(text, privateKey)) };
    case 'wrong_key':
      return { sign: signText(text, privateKeyOf(SANDBOX_MERCHANT_PRIVATE_KEY)) };
    case 'unsigned':
      return {};
  }
}

function withOneBitFlipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
  return bytes.toString('base64');
}
