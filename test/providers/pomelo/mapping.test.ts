import type { NewTransaction } from '../../../src/providers/pomelo/client';
import {
  findingOf,
  isAdoptable,
  openingOf,
  type ReadingContext,
} from '../../../src/providers/pomelo/mapping';
import { type Transaction, transactionSchema } from '../../../src/providers/pomelo/schemas';
import * as v from './vectors';

const EXPIRES = v.V2_CREATE.expires;
const MINUTE = 60_000;
const BEFORE = Date.parse(EXPIRES) - 30 * MINUTE;
const MONEY = { amount: 2000, currency: 'GBP', reference: 'att_7c1f' };
const REFUND = { providerReference: `${v.ID}/refund` };
const WANTED: NewTransaction = { ...v.V2_CREATE, expires: new Date(EXPIRES) };

function context(change: Partial<ReadingContext> = {}): ReadingContext {
  const assumed = { clockMarginMs: MINUTE, voidedWasPaid: true };
  return { id: v.ID, expiresAt: EXPIRES, now: BEFORE, assumed, ...change };
}

function transaction(change: Record<string, unknown> = {}): Transaction {
  return transactionSchema.parse({ ...v.CREATED, ...change });
}

const find = (change: Record<string, unknown>, reading: Partial<ReadingContext> = {}) =>
  findingOf(transaction(change), context(reading));

describe('findingOf', () => {
  test.each([
    ['INITIATED', { state: 'open' }],
    ['QR_CODE_GENERATED', { state: 'open' }],
    ['CONFIRMED', { state: 'paid', ...MONEY, refunds: [] }],
    ['REMITTED', { state: 'paid', ...MONEY }],
    [
      'REFUND_REQUESTED',
      { state: 'paid', ...MONEY, refunds: [{ ...REFUND, status: 'processing', amount: null }] },
    ],
    ['REFUNDED', { state: 'paid', ...MONEY, refunds: [{ ...REFUND, status: 'succeeded', amount: null }] }],
    ['VOIDED', { state: 'paid', ...MONEY, refunds: [{ ...REFUND, status: 'succeeded', amount: 2000 }] }],
    ['AUTHORIZED', { state: 'unclear', detail: expect.stringContaining('reserved') }],
    ['FAILED', { state: 'ended', end: 'failed', code: 'declined', message: expect.any(String) }],
    ['EXPIRED', { state: 'ended', end: 'expired', code: 'authorization_ended', message: expect.any(String) }],
    ['CANCELLED', { state: 'ended', end: 'failed', code: 'payer_refused', message: expect.any(String) }],
    ['SETTLED', { state: 'unclear', detail: expect.stringContaining('SETTLED') }],
    ['confirmed', { state: 'unclear', detail: expect.not.stringContaining('confirmed') }],
    ['constructor', { state: 'unclear', detail: expect.any(String) }],
    [null, { state: 'unclear', detail: expect.any(String) }],
  ])('%s', (state, expected) => {
    const ended = expected.state === 'ended' && { providerCode: state };
    expect(find({ state })).toEqual({ ...expected, ...ended });
  });

  test.each([
    [-61_000, 'failed', 'payer_refused'],
    [-60_000, 'expired', 'authorization_ended'],
    [0, 'expired', 'authorization_ended'],
    [3_600_000, 'expired', 'authorization_ended'],
  ])('CANCELLED that is read %i ms from the expiry reads as %s', (offset, end, code) => {
    const now = Date.parse(EXPIRES) + offset;
    expect(find({ state: 'CANCELLED' }, { now })).toMatchObject({ state: 'ended', end, code });
  });

  test.each(['FAILED', 'EXPIRED'])('%s reads the same before and after the expiry', (state) => {
    expect(find({ state }, { now: Date.parse(EXPIRES) + MINUTE })).toEqual(find({ state }));
  });

  test('VOIDED is unclear where it is not taken for a payment that was given back', () => {
    const assumed = { clockMarginMs: 0, voidedWasPaid: false };
    expect(find({ state: 'VOIDED' }, { assumed })).toMatchObject({ state: 'unclear' });
  });

  test('gives the money as it was read, for the comparison with what was asked', () => {
    const change = { state: 'CONFIRMED', amount: 1999, currency: 'EUR', localId: 'other', payAmount: 5 };
    expect(find(change)).toMatchObject({ state: 'paid', amount: 1999, currency: 'EUR', reference: 'other' });
    expect(find({ state: 'CONFIRMED', localId: null })).toMatchObject({ state: 'paid', reference: null });
  });

  test.each(['CONFIRMED', 'REMITTED', 'REFUNDED', 'VOIDED'])(
    '%s without amount or currency is unclear',
    (state) => {
      expect(find({ state, amount: undefined })).toMatchObject({ state: 'unclear' });
      expect(find({ state, currency: null })).toMatchObject({ state: 'unclear' });
    },
  );

  test('the answer about another transaction is unclear', () => {
    expect(find({ state: 'CONFIRMED', id: '5e22e1037ac57f000841e000' })).toMatchObject({ state: 'unclear' });
  });
});

describe('openingOf', () => {
  const open = (change: Record<string, unknown>) => openingOf(transaction(change), WANTED);
  const opened = (url: string) => ({
    outcome: 'opened',
    providerReference: v.ID,
    nextAction: { type: 'redirect', url, qr: url },
  });

  test.each([
    ['url', {}, v.CREATED.url],
    ['url before a QR code', { qrCode: { url: 'https://cdn.example/q.png' } }, v.CREATED.url],
    [
      'qrCode',
      { url: undefined, qr: undefined, qrCode: { url: 'https://a.example/' } },
      'https://a.example/',
    ],
    ['qrcode', { url: null, qr: null, qrcode: { url: 'https://b.example/' } }, 'https://b.example/'],
    ['qr', { url: '' }, v.CREATED.qr.url],
    ['qr, when url is no link', { url: 'javascript:alert(1)' }, v.CREATED.qr.url],
    ['no amount, currency and reference', { amount: null, currency: null, localId: null }, v.CREATED.url],
  ])('%s', (_, change, url) => {
    expect(open(change)).toEqual(opened(url));
  });

  test.each([
    ['nothing', {}],
    ['an odd QR code', { qr: 'https://cdn.example/5e22.png' }],
    ['an echoed return address', { redirectUrl: 'https://shop.example/return/123' }],
    ['an address of no server', { vendorUrl: 'https://x.example', url: 'https://' }],
  ])('without a link there is nothing to show: %s', (_, change) => {
    expect(open({ url: undefined, qr: undefined, ...change })).toEqual({
      outcome: 'unknown',
      detail: expect.stringContaining('without a link'),
      providerReference: v.ID,
    });
  });

  test.each([
    ['amount', { amount: 2001 }],
    ['currency', { currency: 'EUR' }],
    ['reference', { localId: 'other' }],
  ])('a page for another %s is shown to nobody', (named, change) => {
    const detail = expect.stringContaining(named);
    expect(open(change)).toEqual({ outcome: 'unknown', detail, providerReference: v.ID });
    expect(isAdoptable(transaction(change), WANTED, context())).toBe(false);
  });
});

test.each([
  ['QR_CODE_GENERATED', true],
  ['INITIATED', true],
  ['CONFIRMED', true],
  ['CANCELLED', false],
  ['EXPIRED', false],
  ['FAILED', false],
  ['AUTHORIZED', false],
  ['SETTLED', false],
])('a lost transaction that is %s is adopted: %s', (state, expected) => {
  expect(isAdoptable(transaction({ state }), WANTED, context())).toBe(expected);
});
