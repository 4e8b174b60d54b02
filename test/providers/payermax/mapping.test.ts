import type { RefundCall } from '../../../src/domain/provider-answer';
import {
  expireTimeOf,
  findingOfOrder,
  findingOfRefund,
  openingOf,
  settledAfter,
} from '../../../src/providers/payermax/mapping';

describe('an order', () => {
  const order = {
    outTradeNo: 'pay1',
    tradeToken: 'T1',
    status: 'SUCCESS',
    totalAmount: 19.99,
    currency: 'USD',
    resultCode: null,
  };
  const finding = (change: object = {}) => findingOfOrder({ ...order, ...change }, 'pay1');

  test('paid, with everything a comparison and a refund need', () => {
    const money = { amount: 1999, currency: 'USD', reference: 'pay1', chargeReference: 'T1' };
    expect(finding()).toEqual({ state: 'paid', ...money });
    expect(finding({ tradeToken: null })).not.toHaveProperty('chargeReference');
  });

  test('paid in another amount or currency is told as it is', () => {
    expect(finding({ totalAmount: 20, currency: 'EUR' })).toMatchObject({ amount: 2000, currency: 'EUR' });
  });

  test.each([
    [{ status: 'PENDING' }, { state: 'open' }],
    [{ status: 'PENDING', totalAmount: null, currency: null }, { state: 'open' }],
    [
      { status: 'FAILED', resultCode: 'CVV_INVALID' },
      { state: 'ended', end: 'failed', code: 'declined', providerCode: 'CVV_INVALID' },
    ],
    [{ status: 'FAILED' }, { state: 'ended', end: 'failed', providerCode: 'FAILED' }],
    [
      { status: 'CLOSED', resultCode: 'APPLY_SUCCESS' },
      { state: 'ended', end: 'expired', code: 'authorization_ended', providerCode: 'CLOSED' },
    ],
  ])('%j', (change, expected) => {
    expect(finding(change)).toMatchObject(expected);
  });

  test.each([
    { status: 'success' },
    { status: 'REFUNDED' },
    { outTradeNo: 'pay2' },
    { outTradeNo: 'pay2', status: 'FAILED' },
    { totalAmount: null },
    { totalAmount: 19.999 },
    { currency: null },
    { currency: 'ZZZ' },
  ])('%j is unclear', (change) => {
    expect(finding(change)).toMatchObject({ state: 'unclear' });
  });
});

describe('a refund', () => {
  const call = { refundReference: 're1', providerReference: 'pay1' } as RefundCall;
  const refund = {
    outRefundNo: 're1',
    outTradeNo: 'pay1',
    status: 'REFUND_SUCCESS',
    amount: '5.00',
    currency: 'USD',
  };
  const finding = (change: object = {}) => findingOfRefund({ ...refund, ...change }, call);

  test.each([
    [{}, { state: 'succeeded', amount: 500, currency: 'USD' }],
    [{ outTradeNo: null }, { state: 'succeeded', amount: 500, currency: 'USD' }],
    [{ status: 'REFUND_PENDING' }, { state: 'pending' }],
    [
      { status: 'REFUND_FAILED' },
      { state: 'failed', message: 'PayerMax says that the refund failed', providerCode: 'REFUND_FAILED' },
    ],
  ])('%j', (change, expected) => {
    expect(finding(change)).toEqual(expected);
  });

  test.each([
    { status: 'SUCCESS' },
    { outRefundNo: 're2' },
    { outTradeNo: 'pay2' },
    { amount: null },
    { currency: null },
    { amount: 5.001 },
  ])('%j is unclear', (change) => {
    expect(finding(change)).toMatchObject({ state: 'unclear' });
  });
});

describe('a session', () => {
  const session = { sessionKey: 'sk', clientKey: 'ck', notSupported: ['GOOGLEPAY'] };
  const opening = (componentList?: string[]) =>
    openingOf(session, { outTradeNo: 'pay1', componentList, environment: 'sandbox' });

  test.each([[undefined], [[]], [['CARD']], [['CARD', 'GOOGLEPAY']]])('%j: the form is shown', (list) => {
    expect(opening(list)).toEqual({
      outcome: 'opened',
      providerReference: 'pay1',
      nextAction: { type: 'dropin', sessionKey: 'sk', clientKey: 'ck', environment: 'sandbox' },
    });
  });

  test('without any of the ways that were asked for there is nothing to show', () => {
    expect(opening(['GOOGLEPAY'])).toMatchObject({ outcome: 'refused', code: 'provider_refused_request' });
  });
});

test.each([
  [-5, 1_800],
  [0, 1_800],
  [1_799, 1_800],
  [1_800, 1_800],
  [1_800.2, 1_801],
  [86_400, 86_400],
  [86_401, 86_400],
])('§8: %d s of life become %i', (asked, expected) => {
  expect(expireTimeOf(asked)).toBe(expected);
});

test.each([
  [1_800, 600_000, '2026-01-01T00:42:00.000Z'],
  [60, 600_000, '2026-01-01T00:42:00.000Z'],
  [3_600, 0, '2026-01-01T01:02:00.000Z'],
  [200_000, 600_000, '2026-01-02T00:12:00.000Z'],
])('§7.4: an order of %i s with a margin of %i ms is settled by %s', (seconds, settleMarginMs, expected) => {
  expect(settledAfter(seconds, { settleMarginMs }, Date.parse('2026-01-01T00:00:00Z'))).toBe(expected);
});
