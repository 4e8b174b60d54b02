import fc from 'fast-check';
import { describePayment } from '../../src/domain/description';
import {
  newPayment,
  type PaymentRequest,
  problemOfRequest,
  referenceAtProvider,
  workflowIdOf,
} from '../../src/domain/payment';

const REQUEST: PaymentRequest = {
  id: 'pay_7m2kq4xvb9d3s8tn5hw0rcfzje',
  caller: 'shop',
  provider: 'droppay-pos',
  connection: 'default',
  amount: 1250,
  currency: 'EUR',
  reference: 'order-1042',
  description: 'Two tickets',
  returnUrl: 'https://shop.example/back',
  customer: { name: 'Ada Payer', email: 'ada@payer.example' },
  metadata: { cart: '9' },
  providerOptions: { anything: true },
  createdAt: '2030-01-01T10:00:00.000Z',
  expiresAt: '2030-01-01T10:15:00.000Z',
  urls: {
    webhook: 'https://pay.example/webhooks/secret-token',
    return: 'https://pay.example/return/secret-token',
    checkout: 'https://pay.example/checkout/pay_7m2k?t=payer',
  },
  fingerprint: 'fingerprint-of-the-body',
  requestId: 'request-1',
};

describe('a payment that has just been asked for', () => {
  test('is processing, with nothing received and nothing to do', () => {
    expect(newPayment(REQUEST)).toEqual({
      id: 'pay_7m2kq4xvb9d3s8tn5hw0rcfzje',
      object: 'payment',
      provider: 'droppay-pos',
      connection: 'default',
      status: 'processing',
      amount: 1250,
      amountReceived: 0,
      amountRefunded: 0,
      currency: 'EUR',
      reference: 'order-1042',
      description: 'Two tickets',
      metadata: { cart: '9' },
      providerReference: null,
      nextAction: null,
      checkoutUrl: 'https://pay.example/checkout/pay_7m2k?t=payer',
      failure: null,
      review: null,
      expiresAt: '2030-01-01T10:15:00.000Z',
      createdAt: '2030-01-01T10:00:00.000Z',
      updatedAt: '2030-01-01T10:00:00.000Z',
      workflowId: 'payment/pay_7m2kq4xvb9d3s8tn5hw0rcfzje',
    });
  });

  test('shows neither the customer nor the callback tokens nor who asked', () => {
    const shown = JSON.stringify(newPayment(REQUEST));
    for (const hidden of [
      'Ada',
      'payer.example',
      'secret-token',
      'fingerprint',
      'request-1',
      'shop.example',
    ]) {
      expect(shown).not.toContain(hidden);
    }
  });

  test('is the workflow of its id', () => {
    expect(workflowIdOf('pay_1')).toBe('payment/pay_1');
  });

  test('is described in one line without personal data', () => {
    expect(describePayment(newPayment(REQUEST))).toBe('12.50 EUR · droppay-pos · order-1042');
  });
});

describe('a request that reaches a workflow', () => {
  test('has no problem when it is whole', () => {
    expect(problemOfRequest(REQUEST)).toBeNull();
  });

  test('is told about the data converter when it cannot be read', () => {
    expect(problemOfRequest(null)).toMatch(/data converter/);
  });

  test.each<[string, Partial<PaymentRequest>]>([
    ['id', { id: '7m2k' }],
    ['id', { id: 'pay_' }],
    ['id', { id: 'pay_7M2K' }],
    ['id', { id: 'pay_../other' }],
    ['id', { id: `pay_${'a'.repeat(41)}` }],
    ['currency', { currency: 'eur' }],
    ['currency', { currency: 'DEM' }],
    ['amount', { amount: 0 }],
    ['amount', { amount: -1 }],
    ['amount', { amount: 12.5 }],
    ['amount', { amount: NaN }],
    ['amount', { amount: 1e21 }],
    ['expiresAt', { expiresAt: 'tomorrow' }],
    ['createdAt', { createdAt: '' }],
  ])('names %s when it is wrong: %j', (field, change) => {
    expect(problemOfRequest({ ...REQUEST, ...change })).toContain(field);
  });
});

describe('our reference at a provider', () => {
  const id = fc.stringMatching(/^pay_[a-z2-7]{26}$/);

  test('is the id without its underscore, and counts further attempts', () => {
    expect(referenceAtProvider('pay_7m2k')).toBe('pay7m2k');
    expect(referenceAtProvider('pay_7m2k', 1)).toBe('pay7m2k');
    expect(referenceAtProvider('pay_7m2k', 2)).toBe('pay7m2kx2');
    expect(referenceAtProvider('pay_7m2k', 12)).toBe('pay7m2kx12');
  });

  test('has lower-case letters and digits only, and at most 32 of them', () => {
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 99 }), (paymentId, attempt) => {
        expect(referenceAtProvider(paymentId, attempt)).toMatch(/^[a-z0-9]{29,32}$/);
      }),
    );
  });

  test('is another one for every attempt', () => {
    fc.assert(
      fc.property(
        id,
        fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 2 }),
        (paymentId, attempts) => {
          const references = attempts.map((attempt) => referenceAtProvider(paymentId, attempt));
          expect(new Set(references).size).toBe(attempts.length);
        },
      ),
    );
  });
});
