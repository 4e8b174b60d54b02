import { paymentSchema } from '../../src/contract/http/payment';
import { newPayment, type NextAction, type PaymentRequest } from '../../src/domain/payment';

const payment = newPayment({
  id: 'pay_a',
  provider: 'pomelo',
  connection: 'default',
  amount: 1250,
  currency: 'EUR',
  reference: 'order-1042',
  description: 'Two tickets',
  metadata: {},
  createdAt: '2026-01-31T10:00:00.000Z',
  expiresAt: '2026-01-31T10:15:00.000Z',
  urls: { checkout: 'https://pay.example/c' },
} as PaymentRequest);

const ACTIONS: (NextAction | null)[] = [
  { type: 'redirect', url: 'https://pay.example/' },
  { type: 'redirect', url: 'https://pay.example/', qr: 'https://pay.example/' },
  { type: 'dropin', sessionKey: 's', clientKey: 'c', environment: 'e' },
  { type: 'confirm' },
  { type: 'notified', channel: 'push' },
  { type: 'wait', nextCheckAt: '2026-01-31T10:01:00.000Z' },
  null,
];

test.each(ACTIONS)('%j is a next action', (nextAction) => {
  expect(paymentSchema.parse({ ...payment, nextAction })).toEqual({ ...payment, nextAction });
});

test.each([{ type: 'notified' }, { type: 'notified', channel: 'push', url: 'x' }, { type: 'other' }])(
  '%j is none',
  (nextAction) => {
    expect(paymentSchema.safeParse({ ...payment, nextAction }).success).toBe(false);
  },
);
