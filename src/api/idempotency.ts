import { createHash } from 'node:crypto';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_CHARACTERS = 26;

/** Shape of a payment id. */
export const PAYMENT_ID = /^pay_[a-z2-7]{26}$/;

/** Shape of a refund id: ours, or one made of the provider's own name of a refund. */
export const REFUND_ID = /^re_[a-z0-9]{1,60}$/;

/** The payment id of a caller's idempotency key: a retry after a crash meets the same payment. */
export function paymentIdOf(caller: string, idempotencyKey: string): string {
  return `pay_${base32Of(`${caller}\0${idempotencyKey}`)}`;
}

/** The refund id of a caller's idempotency key for one payment. */
export function refundIdOf(caller: string, paymentId: string, idempotencyKey: string): string {
  return `re_${base32Of(`${caller}\0${paymentId}\0${idempotencyKey}`)}`;
}

/** Id of the update that creates a payment or a refund: the same for every repeat of the key. */
export function createUpdateIdOf(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex');
}

/** SHA-256 over a JSON value whatever the order of its keys: tells a retry from another request under the same key. */
export function fingerprintOf(body: unknown): string {
  return createHash('sha256').update(canonicalJson(body)).digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${entries.join(',')}}`;
}

/** The first 130 bits of SHA-256. */
function base32Of(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  let bits = BigInt(`0x${digest.toString('hex')}`) >> BigInt(256 - ID_CHARACTERS * 5);
  let id = '';
  for (let i = 0; i < ID_CHARACTERS; i += 1) {
    id = BASE32.charAt(Number(bits & 31n)) + id;
    bits >>= 5n;
  }
  return id;
}
