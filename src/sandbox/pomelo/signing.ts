import { createHash } from 'node:crypto';

export const SIGN_METHODS = ['sha1', 'md5'] as const;
export type SignMethod = (typeof SIGN_METHODS)[number];

const ENCODINGS = { md5: 'base64', sha1: 'hex' } as const satisfies Record<SignMethod, BufferEncoding>;

/**
 * The checksum of amount (integer cents), currency and API key: md5 in Base64 or sha1 in lower-case hex
 * (docs/providers/pomelo.md §9).
 */
export function bodySignature(
  method: SignMethod,
  { amount, currency }: { readonly amount: number | string; readonly currency: string },
  apiKey: string,
): string {
  return createHash(method)
    .update(`amount=${amount}&currency=${currency}&apiKey=${apiKey}`)
    .digest(ENCODINGS[method]);
}

/** The header scheme: hex SHA-256 of nonce, timestamp and API key in a row (docs/providers/pomelo.md §4.3). */
export function headerSignature(nonce: string, timestamp: string, apiKey: string): string {
  return createHash('sha256').update(`${nonce}${timestamp}${apiKey}`).digest('hex');
}

/** A body signature that is wrong in its last bit and still well-formed. */
export function flippedBodySignature(method: SignMethod, signature: string): string {
  return withLastBitFlipped(signature, ENCODINGS[method]);
}

export function flippedHeaderSignature(signature: string): string {
  return withLastBitFlipped(signature, 'hex');
}

function withLastBitFlipped(signature: string, encoding: 'hex' | 'base64'): string {
  const bytes = Buffer.from(signature, encoding);
  const last = bytes.length - 1;
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
  return bytes.toString(encoding);
}
