import type { z } from 'zod';
import type { ProviderEvent } from '../../domain/provider-answer';
import { notificationSchema } from './schemas';
import { headerSignatureOf, isSignature, sameText } from './signature';

/** A callback as it came in. Header names are in lower case. */
export interface PomeloCallback {
  body: Uint8Array;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The key of the account that the payment was made with. */
  apiKey: string;
  /** RFC 3339 */
  receivedAt: string;
  /** Our reference of the payment whose address was called, when it is known. */
  expectedReference?: string;
}

/** Why a callback goes no further. */
export interface RefusedCallback {
  error: 'unreadable' | 'bad_signature';
  message: string;
}

/** Any 2xx should do; what Pomelo wants to hear is not documented (docs/providers/pomelo.md §4.5). */
export const POMELO_ACKNOWLEDGEMENT = { contentType: 'application/json', body: '{"received":true}' } as const;

type Notification = z.output<typeof notificationSchema>;

/** Our own references: lower-case letters and digits. */
const REFERENCE = /^[a-z0-9]{1,64}$/;

/**
 * Checks and reads a callback. What comes out is always a hint to read the transaction, never proof: no
 * signature of Pomelo's covers the state (docs/providers/pomelo.md §4.4). Signatures that are there must be
 * right and one must be there; their age refuses nothing.
 */
export function readPomeloWebhook(callback: PomeloCallback): ProviderEvent | RefusedCallback {
  const { body, apiKey, receivedAt, expectedReference } = callback;
  const headers = checkHeaders(callback);
  if (headers === 'wrong') return badSignature('the signature in the headers is wrong');
  const read = notificationOf(body);
  if ('error' in read) return { error: 'unreadable', message: read.error };
  const { notification } = read;
  const signature = notification.signature ?? notification.originalSignature ?? null;
  if (signature === null && headers === 'absent') return badSignature('the callback is not signed');
  if (signature !== null && !isSignature(signature, notification, apiKey)) {
    return badSignature('the signature in the body is wrong');
  }
  const { transactionId, localId, state } = notification;
  if (expectedReference !== undefined && typeof localId === 'string' && localId !== expectedReference) {
    return badSignature('the callback is about another payment');
  }
  const label = typeof state === 'string' && /^[A-Z_]{1,32}$/.test(state) ? state : null;
  return {
    id: `pomelo:${transactionId}:${label ?? '-'}`,
    receivedAt,
    statement: `Pomelo announces ${label ?? 'no state'} for transaction ${transactionId}`,
  };
}

/**
 * Our reference in a callback's body, by which the payment is found when the address names none; null when
 * there is none that could be ours. Nothing is checked: a stranger may have written it.
 */
export function pomeloReferenceOf(body: Uint8Array): string | null {
  const read = notificationOf(body);
  if ('error' in read) return null;
  const { localId } = read.notification;
  return typeof localId === 'string' && REFERENCE.test(localId) ? localId : null;
}

function notificationOf(body: Uint8Array): { notification: Notification } | { error: string } {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return { error: 'the body is not JSON' };
  }
  const parsed = notificationSchema.safeParse(json);
  if (parsed.success) return { notification: parsed.data };
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'body').join(', ');
  return { error: `the body cannot be read (${fields})` };
}

function checkHeaders({ headers, apiKey }: PomeloCallback): 'absent' | 'right' | 'wrong' {
  const parts = ['nonce', 'timestamp'].map((part) => headers[`x-signature-${part}`]);
  const signature = headers['x-signature'];
  const [nonce, timestamp] = parts;
  if (signature === undefined && parts.every((part) => part === undefined)) return 'absent';
  if (typeof signature !== 'string' || typeof nonce !== 'string' || typeof timestamp !== 'string')
    return 'wrong';
  return sameText(signature, headerSignatureOf(nonce, timestamp, apiKey)) ? 'right' : 'wrong';
}

function badSignature(message: string): RefusedCallback {
  return { error: 'bad_signature', message };
}
