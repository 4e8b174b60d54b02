import type { ProviderCall, Taking } from '../../../src/domain/provider-answer';
import {
  acquirerFindingOf,
  acquirerOpeningOf,
  takingAfterGrantRefusal,
  whyNotGrantable,
} from '../../../src/providers/droppay/acquirer-mapping';
import { type Authorization, authorizationSchema } from '../../../src/providers/droppay/schemas';
import * as v from './vectors';

const READING = {
  id: 'CHTTEST0001',
  acquirerPosId: 'POSACQ1',
  grantSent: false,
  createdGranted: false,
};
const MONEY = { amount: 1230, currency: 'EUR', reference: 'pay1001' };
const CALL: ProviderCall = {
  paymentId: 'pay_1001',
  connection: 'default',
  providerReference: 'CHTTEST0001',
  amount: 1230,
  currency: 'EUR',
  description: 'Order 1001',
  attempt: 1,
  takingSent: true,
};

function authorization(change: Record<string, unknown> = {}): Authorization {
  return authorizationSchema.parse({ ...v.V13_WAITING, ...change });
}

function findingOf(change: Record<string, unknown>, reading: Partial<typeof READING> = {}) {
  return acquirerFindingOf(authorization(change), { ...READING, ...reading });
}

describe('acquirerFindingOf', () => {
  test.each([
    // status, before a PATCH, after one, when the device grants at creation
    ['WAITING', 'open', 'authorized', 'open'],
    ['GRANTED', 'paid', 'paid', 'paid'],
    ['EXPIRED', 'ended', 'unclear', 'unclear'],
    ['REVOKED', 'unclear', 'unclear', 'unclear'],
    ['REFUSED', 'ended', 'ended', 'ended'],
    ['CANCELLED', 'ended', 'ended', 'ended'],
    ['SETTLED', 'unclear', 'unclear', 'unclear'],
    ['granted', 'unclear', 'unclear', 'unclear'],
    ['constructor', 'unclear', 'unclear', 'unclear'],
    [undefined, 'unclear', 'unclear', 'unclear'],
  ])('%s is %s, after our confirmation %s, created granted %s', (status, before, after, createdGranted) => {
    expect(findingOf({ status }).state).toBe(before);
    expect(findingOf({ status }, { grantSent: true }).state).toBe(after);
    expect(findingOf({ status }, { createdGranted: true }).state).toBe(createdGranted);
  });

  test.each([undefined, 0, 1, 2])('the count of charges says nothing: %p', (charge_success_count) => {
    expect(findingOf({ charge_success_count })).toEqual({ state: 'open' });
    expect(findingOf({ charge_success_count, status: 'CANCELLED' }).state).toBe('ended');
    expect(findingOf({ charge_success_count, status: 'GRANTED' })).toEqual({ state: 'paid', ...MONEY });
  });

  test('gives amount and reference as they were read, with or without the policy', () => {
    const other = { status: 'GRANTED', charge_amount: '99', merchant_custom_id: 'other', policy: undefined };
    expect(findingOf(other)).toEqual({ state: 'paid', amount: 9900, currency: 'EUR', reference: 'other' });
    expect(findingOf({}, { grantSent: true })).toEqual({ state: 'authorized', ...MONEY });
    expect(findingOf({ status: 'GRANTED', merchant_custom_id: undefined })).toMatchObject({
      reference: null,
    });
  });

  test.each([
    ['EXPIRED', 'expired', 'authorization_ended'],
    ['REFUSED', 'failed', 'payer_refused'],
    ['CANCELLED', 'cancelled', 'authorization_ended'],
  ])('%s ends it as %s with code %s', (status, end, code) => {
    expect(findingOf({ status })).toMatchObject({ state: 'ended', end, code, providerCode: status });
  });

  test.each([
    { id: 'CHTOTHER' },
    { pos_id: 'POSTEST1' },
    { policy: 'BOOKED' },
    { policy: 'CHARGEABLE' },
    { charge_amount: undefined },
  ])('%j proves nothing', (change) => {
    expect(findingOf({ ...change, status: 'GRANTED' }).state).toBe('unclear');
    expect(findingOf(change, { grantSent: true }).state).toBe('unclear');
  });
});

describe('acquirerOpeningOf', () => {
  const NOW = Date.parse('2026-01-31T09:00:00Z');
  const opening = (change: Record<string, unknown>, createdGranted = false) =>
    acquirerOpeningOf(authorization(change), CALL, { acquirerPosId: 'POSACQ1', createdGranted }, NOW);

  test.each([
    {},
    { status: undefined },
    { status: undefined, policy: undefined, charge_amount: undefined, pos_id: undefined },
  ])('the backend confirms what waits: %j', (change) => {
    const opened = {
      outcome: 'opened',
      providerReference: 'CHTTEST0001',
      nextAction: { type: 'confirm' },
    };
    expect(opening(change)).toEqual(opened);
    expect(opening(change, true)).toEqual(opened);
  });

  test('created granted as the setting says: nobody confirms, the look-up finds it paid', () => {
    expect(opening({ status: 'GRANTED' }, true)).toEqual({
      outcome: 'opened',
      providerReference: 'CHTTEST0001',
      nextAction: { type: 'wait', nextCheckAt: '2026-01-31T09:00:00.000Z' },
    });
  });

  test('created granted against the setting: lost creates may have taken money, so a person looks', () => {
    expect(opening({ status: 'GRANTED' })).toEqual({
      outcome: 'unknown',
      providerReference: 'CHTTEST0001',
      detail: expect.stringContaining('assumed.acquirerCreatedGranted'),
    });
  });

  test.each([
    { charge_amount: 12.31 },
    { charge_amount: 12.31, status: 'GRANTED' },
    { pos_id: 'POSTEST1' },
    { policy: 'BOOKED' },
    { status: 'REFUSED' },
    { status: 'EXPIRED' },
    { status: 'NEW' },
  ])('%j cannot be used', (change) => {
    for (const createdGranted of [false, true]) {
      expect(opening(change, createdGranted)).toMatchObject({
        outcome: 'unknown',
        providerReference: 'CHTTEST0001',
      });
    }
  });
});

describe('whyNotGrantable', () => {
  test('nothing speaks against what waits for us', () => {
    expect(whyNotGrantable(authorization(), CALL)).toBeNull();
    expect(whyNotGrantable(authorization({ merchant_custom_id: undefined }), CALL)).toBeNull();
  });

  test.each([
    { status: 'GRANTED' },
    { status: undefined },
    { charge_amount: 12.31 },
    { charge_amount: undefined },
    { merchant_custom_id: 'pay1002' },
  ])('%j does', (change) => {
    expect(whyNotGrantable(authorization(change), CALL)).toEqual(expect.any(String));
  });

  test('so do another currency and another attempt', () => {
    expect(whyNotGrantable(authorization(), { ...CALL, currency: 'CHF' })).toEqual(expect.any(String));
    expect(whyNotGrantable(authorization(), { ...CALL, attempt: 2 })).toEqual(expect.any(String));
  });
});

describe('takingAfterGrantRefusal', () => {
  const refused = (providerCode: string | undefined, change: object = {}, kind = 'declined'): Taking =>
    takingAfterGrantRefusal(findingOf({ ...change }), { kind, message: 'refused', providerCode }, 'then');

  test.each([
    ['409/200', 'expired', 'authorization_ended'],
    ['403/200', 'failed', 'declined'],
    ['400/202', 'failed', 'declined'],
    ['405', 'failed', 'declined'],
  ])('%s of what still waits ends it as %s with code %s', (providerCode, end, code) => {
    expect(refused(providerCode)).toEqual({
      outcome: 'declined',
      end,
      code,
      message: 'refused',
      providerCode,
    });
  });

  test('"not now" and a refused access token were refused before anything was done', () => {
    expect(refused('429', {}, 'rate_limited')).toEqual({ outcome: 'not_sent', detail: 'refused' });
    expect(refused('401/102', {}, 'unauthenticated')).toEqual({ outcome: 'not_sent', detail: 'refused' });
  });

  test('what is granted all the same was taken', () => {
    for (const code of ['409/200', '401/102', '409/299']) {
      expect(refused(code, { status: 'GRANTED' })).toEqual({ outcome: 'succeeded', ...MONEY });
    }
  });

  test('what ended is that end, not the refusal', () => {
    expect(refused('409/299', { status: 'CANCELLED' })).toMatchObject({
      outcome: 'declined',
      end: 'cancelled',
      providerCode: 'CANCELLED',
    });
  });

  test('a reading that proves nothing leaves it unknown', () => {
    expect(refused('409/200', { status: 'NEW' })).toMatchObject({ outcome: 'unknown', settledAfter: 'then' });
  });
});
