import { randomBytes } from 'node:crypto';
import type { BackendEvent } from '../../src/domain/backend-event';
import { newPayment, type PaymentRequest } from '../../src/domain/payment';

export const NEW_SECRET = `whsec_${randomBytes(24).toString('base64')}`;
export const OLD_SECRET = `whsec_${randomBytes(24).toString('base64')}`;

/** What no log may hold. */
export const PERSONAL = {
  description: 'Viola da gamba lesson for Hildegard',
  reference: 'lesson-7-zwetschkenbaum',
  metadata: { note: 'marzipan' },
};

function paymentRequest(): PaymentRequest {
  return {
    id: `pay_${randomBytes(13).toString('hex')}`,
    caller: 'shop',
    provider: 'droppay-pos',
    connection: 'default',
    amount: 1250,
    currency: 'EUR',
    ...PERSONAL,
    providerOptions: {},
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 900_000).toISOString(),
    urls: {
      webhook: 'https://pay.example/w',
      return: 'https://pay.example/r',
      checkout: 'https://pay.example/c',
    },
    fingerprint: 'fingerprint',
    requestId: 'request',
  };
}

let made = 0;

/** An event about a payment of its own, or about the given one. */
export function sampleEvent(change: Partial<BackendEvent> = {}): BackendEvent {
  const payment = { ...newPayment(paymentRequest()), ...(change.paymentId && { id: change.paymentId }) };
  made += 1;
  return {
    id: `msg_${payment.id}_${made}`,
    paymentId: payment.id,
    type: 'payment.succeeded',
    timestamp: new Date().toISOString(),
    data: { payment },
    ...change,
  };
}
