import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { PaymentEventType, RefundEventType } from '../domain/backend-event';
import type { Payment } from '../domain/payment';
import type { Refund } from '../domain/refund';

/** An event that was proven to come from Holdfast. `type` tells what `data` holds. */
export type VerifiedEvent = {
  /** The same on every try: what was done under it before need not be done again. */
  id: string;
  /** RFC 3339: when it became a fact. */
  timestamp: string;
} & (
  { type: PaymentEventType; data: { payment: Payment } } | { type: RefundEventType; data: { refund: Refund } }
);

/** Headers as `fetch` and as Node have them. */
export type EventHeaders = Headers | Readonly<Record<string, string | string[] | undefined>>;

/** What came is no event of Holdfast's, or too old to be believed: answer 400. */
export class EventRefused extends Error {
  override name = 'EventRefused';
}

/**
 * Proves that an event comes from Holdfast: one of the secrets signed exactly these bytes, at most 5 minutes ago.
 *
 * A `type` that you do not know is no error: types may be added. Answer it with 2xx and do nothing.
 *
 * @param rawBody the bytes that came, before any JSON parser had them
 * @param secrets `whsec_…`, as in HOLDFAST_EVENTS_SECRETS; during a rotation the old and the new one
 * @throws EventRefused when it is not proven
 * @throws TypeError when this is called wrongly: no secret, an unusable one, a body that was parsed already
 */
export function verifyEvent(
  rawBody: string | Uint8Array,
  headers: EventHeaders,
  secrets: string | readonly string[],
): VerifiedEvent {
  const body = textOf(rawBody);
  const signature = {
    'webhook-id': headerOf(headers, 'webhook-id'),
    'webhook-timestamp': headerOf(headers, 'webhook-timestamp'),
    'webhook-signature': headerOf(headers, 'webhook-signature'),
  };
  const problems = verifiersFor(secrets).map((verifier) => problemOf(verifier, body, signature));
  const problem = problems.includes(null) ? null : problems[0];
  if (problem) throw new EventRefused(`not an event to be believed: ${problem}`);
  return eventOf(signature['webhook-id'], body);
}

function verifiersFor(secrets: string | readonly string[]): Webhook[] {
  const all = typeof secrets === 'string' ? [secrets] : secrets;
  if (all.length === 0)
    throw new TypeError('verifyEvent needs a secret: the whsec_… that Holdfast signs with');
  return all.map((secret, index) => {
    try {
      return new Webhook(secret);
    } catch {
      throw new TypeError(`secret ${index + 1} of ${all.length} is not whsec_ and base64`);
    }
  });
}

function problemOf(verifier: Webhook, body: string, signature: Record<string, string>): string | null {
  try {
    verifier.verify(body, signature, { jsonParse: false });
    return null;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    throw error;
  }
}

function eventOf(id: string, body: string): VerifiedEvent {
  const parsed = parse(body) as Partial<VerifiedEvent> | null;
  const { type, timestamp, data } = parsed ?? {};
  if (typeof type !== 'string' || typeof timestamp !== 'string' || typeof data !== 'object' || !data) {
    throw new EventRefused('signed, but no event: it needs type, timestamp and data');
  }
  return { id, type, timestamp, data } as VerifiedEvent;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new EventRefused('signed, but no JSON');
  }
}

function textOf(rawBody: unknown): string {
  if (typeof rawBody === 'string') return rawBody;
  if (!(rawBody instanceof Uint8Array)) {
    throw new TypeError(
      'verifyEvent needs the raw body (text or bytes): take it before any JSON parser does, for instance by express.raw',
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawBody);
  } catch {
    throw new EventRefused('not an event to be believed: the body is not UTF-8');
  }
}

function headerOf(headers: EventHeaders, name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? '';
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return (Array.isArray(found) ? found.join(',') : found) ?? '';
}
