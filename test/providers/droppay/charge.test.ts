import { CALL_TIMEOUT_MS } from '../../../src/providers/http';
import type { Taking } from '../../../src/domain/provider-answer';
import * as v from './vectors';
import { forTests, goneAddress } from '../local-server';
import { type WireAnswer, WireServer } from '../wire-server';
import { DropPayRig, endOfLife, granted } from './activities-rig';
import { soonWhereItHangs } from '../../support/patience';

const wire = forTests(new WireServer());
let rig: DropPayRig;
beforeEach(() => {
  rig = new DropPayRig(wire);
});

const DONE: WireAnswer = { status: 200, json: v.V4_ANSWER };
const REFUSED: WireAnswer = { status: 409, json: { code: '299', description: 'not enough money' } };
const PAID = { amount: 1230, currency: 'EUR', reference: 'pay1001' };

function charges(): string[] {
  return wire.sent(v.CHARGE).map(({ text }) => (JSON.parse(text) as { pay_token_val: string }).pay_token_val);
}

function untilOf(taking: Taking): number {
  if (taking.outcome !== 'unknown') throw new Error(`expected unknown, got ${JSON.stringify(taking)}`);
  return Date.parse(taking.settledAfter);
}

describe('200', () => {
  test('V3, V4: reads, charges with the token just read, and is paid', async () => {
    wire.on(v.READ, granted()).on(v.CHARGE, DONE);
    await expect(rig.charge()).resolves.toEqual({
      outcome: 'succeeded',
      amount: 1230,
      currency: 'EUR',
      reference: null,
      chargeReference: 'CHATEST0001',
    });
    expect(wire.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(JSON.parse(wire.requests[1]?.text ?? '')).toEqual(v.V4_REQUEST);
  });

  test('DONE with another amount is told as it was read', async () => {
    wire.on(v.READ, granted()).on(v.CHARGE, { status: 200, json: { ...v.V4_ANSWER, amount: 1.23 } });
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'succeeded', amount: 123 });
  });

  const NAMED = { chargeReference: 'CHATEST0001' };
  describe.each<[string, WireAnswer, object]>([
    ['empty', { status: 200 }, {}],
    ['no JSON', { status: 200, text: 'OK' }, {}],
    ['of another shape', { status: 200, json: { amount: 'twelve' } }, {}],
    ['without a status', { status: 200, json: { ...v.V4_ANSWER, status: undefined } }, NAMED],
    ['without an amount', { status: 200, json: { ...v.V4_ANSWER, amount: undefined } }, NAMED],
    ['not DONE', { status: 200, json: { ...v.V4_ANSWER, status: 'FAILED' } }, {}],
    [
      'for another authorization',
      { status: 200, json: { ...v.V4_ANSWER, authorization_id: 'CHTOTHER' } },
      {},
    ],
  ])('%s', (_, odd, named) => {
    test('is paid when the count says so', async () => {
      wire.on(v.READ, granted(), granted({ charge_success_count: 1 })).on(v.CHARGE, odd);
      await expect(rig.charge()).resolves.toEqual({ outcome: 'succeeded', ...PAID, ...named });
    });

    test.each([0, undefined])('is unknown with count %p', async (charge_success_count) => {
      wire.on(v.READ, granted(), granted({ charge_success_count })).on(v.CHARGE, odd);
      await expect(rig.charge()).resolves.toMatchObject({ outcome: 'unknown' });
      expect(charges()).toHaveLength(1);
    });

    test('is unknown when it ended meanwhile', async () => {
      wire.on(v.READ, granted(), granted({ status: 'EXPIRED' })).on(v.CHARGE, odd);
      await expect(rig.charge()).resolves.toMatchObject({ outcome: 'unknown' });
    });

    test('is unknown when it cannot be read', async () => {
      wire.on(v.READ, granted(), { status: 503 }).on(v.CHARGE, odd);
      await expect(rig.charge()).resolves.toMatchObject({ outcome: 'unknown' });
    });
  });
});

describe('401/102', () => {
  test('V8: another access token, and once more', async () => {
    wire.on(v.READ, granted()).on(v.CHARGE, v.V8_TOKEN_EXPIRED, DONE);
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'succeeded' });
    expect(wire.sent(v.CHARGE).map(({ authorization }) => authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test('twice: not sent, once DropPay shows that nothing was taken', async () => {
    wire.on(v.READ, granted()).on(v.CHARGE, v.V8_TOKEN_EXPIRED);
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(charges()).toHaveLength(2);
  });

  test.each(['not_sent', 'unauthenticated'] as const)(
    'without another access token (%s): not sent',
    async (kind) => {
      const outOfTokens = () => {
        rig.tokens.runOut(kind);
        return v.V8_TOKEN_EXPIRED;
      };
      wire.on(v.READ, granted()).on(v.CHARGE, outOfTokens);
      await expect(rig.charge()).resolves.toMatchObject({ outcome: 'not_sent' });
      expect(charges()).toHaveLength(1);
    },
  );
});

describe('any other 4xx', () => {
  const token = { date_expiring: endOfLife() };

  describe.each<[string, WireAnswer, string]>([
    ['with a code', REFUSED, '409/299'],
    ['V9: without a body', v.V9_NO_BODY, '400'],
    ['V10: same party', v.V10_SAME_PARTY, '403/200'],
    ['V10: expired', v.V10_EXPIRED, '409/200'],
    ['out of scope', { status: 401, json: { code: '101' } }, '401/101'],
    ['not found', { status: 404 }, '404'],
  ])('%s', (_, refusal, providerCode) => {
    test('is declined with their code while the token is alive', async () => {
      wire.on(v.READ, granted({}, token)).on(v.CHARGE, refusal);
      await expect(rig.charge()).resolves.toMatchObject({
        outcome: 'declined',
        end: 'failed',
        code: 'declined',
        providerCode,
      });
      expect(charges()).toHaveLength(1);
    });

    test.each([
      ['EXPIRED', 'expired'],
      ['REVOKED', 'failed'],
      ['CANCELLED', 'cancelled'],
    ])('is that end when the authorization is %s', async (status, end) => {
      wire.on(v.READ, granted({}, token), granted({ status, pay_token: undefined })).on(v.CHARGE, refusal);
      const expected = { outcome: 'declined', end, code: 'authorization_ended', providerCode: status };
      await expect(rig.charge()).resolves.toMatchObject(expected);
    });

    test('is paid when the count says so', async () => {
      wire.on(v.READ, granted({}, token), granted({ charge_success_count: 1 }, token)).on(v.CHARGE, refusal);
      await expect(rig.charge()).resolves.toEqual({ outcome: 'succeeded', ...PAID });
    });

    test.each<[string, WireAnswer]>([
      ['without a count', granted({ charge_success_count: undefined }, token)],
      ['an end without a count', granted({ status: 'EXPIRED', charge_success_count: undefined }, token)],
      ['an unknown status', granted({ status: 'CLOSED' }, token)],
      ['waiting again', granted({ status: 'WAITING' }, token)],
      ['not found', { status: 404 }],
      ['no answer', 'hang'],
    ])('is unknown when the reading afterwards is %s', async (_, after) => {
      rig = new DropPayRig(wire, soonWhereItHangs(after));
      wire.on(v.READ, granted({}, token), after).on(v.CHARGE, refusal);
      await expect(rig.charge()).resolves.toMatchObject({ outcome: 'unknown' });
      expect(charges()).toHaveLength(1);
    });
  });

  test('V11: refused because the token had lapsed: charged once more with the fresh one', async () => {
    const late = granted({}, { val: 'old', date_expiring: '2026-01-31T10:03:00+01:00' });
    const renewed = granted({}, { val: 'new', date_expiring: '2026-01-31T10:06:01+01:00' });
    wire.on(v.READ, late, renewed).on(v.CHARGE, REFUSED, DONE);
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'succeeded' });
    expect(charges()).toEqual(['old', 'new']);
  });

  test('V11: and not a third time', async () => {
    const tokens = ['a', 'b', 'c', 'd'].map((val) => granted({}, { val }));
    wire.on(v.READ, ...tokens).on(v.CHARGE, REFUSED);
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'declined', providerCode: '409/299' });
    expect(charges()).toEqual(['a', 'b']);
  });

  test.each([
    ['the amount', { charge_amount: 12.31 }],
    ['our reference', { merchant_custom_id: 'pay1002' }],
  ])('is not charged again when %s is another', async (_, change) => {
    wire.on(v.READ, granted({}, { val: 'old' }), granted(change, { val: 'new' })).on(v.CHARGE, REFUSED);
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'declined' });
    expect(charges()).toEqual(['old']);
  });

  test('a second charge whose answer is lost is unknown', async () => {
    wire.on(v.READ, granted({}, { val: 'old' }), granted({}, { val: 'new' })).on(v.CHARGE, REFUSED, 'reset');
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'unknown' });
    expect(charges()).toEqual(['old', 'new']);
  });

  test('429 is "not now": not sent, once DropPay shows that nothing was taken', async () => {
    wire.on(v.READ, granted({}, token)).on(v.CHARGE, { status: 429 });
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.sent(v.READ)).toHaveLength(2);
  });
});

describe('sent and not answered', () => {
  describe.each<[string, WireAnswer]>([
    ['a time-out', 'hang'],
    ['a reset', 'reset'],
    ['a 500', { status: 500, json: { code: '100' } }],
    ['a 503', { status: 503, headers: { 'retry-after': '1' } }],
    ['a 408', { status: 408 }],
    ['a redirect', { status: 307, headers: { location: '/shop/v1/pos/charge' } }],
  ])('%s', (_, answer) => {
    test('is unknown until the token has ended, and sent once', async () => {
      rig = new DropPayRig(wire, soonWhereItHangs(answer));
      const date_expiring = endOfLife(300);
      wire.on(v.READ, granted({}, { date_expiring })).on(v.CHARGE, answer);
      expect(untilOf(await rig.charge())).toBe(Date.parse(date_expiring) + 60_000);
      expect(wire.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
    });
  });

  test.each([undefined, 'soon', '2020-01-01T00:00:00Z'])(
    'a token whose end is %p counts as one that has just begun to live',
    async (date_expiring) => {
      wire.on(v.READ, granted({}, { date_expiring })).on(v.CHARGE, 'reset');
      const before = Date.now();
      const until = untilOf(await rig.charge());
      expect(until).toBeGreaterThanOrEqual(before + 240_000);
      expect(until).toBeLessThanOrEqual(Date.now() + 240_000);
    },
  );

  test('V12: the charge was done, the answer lost: the next one sees the count and sends nothing', async () => {
    let count = 0;
    wire.on(v.READ, () => granted({ charge_success_count: count }));
    wire.on(v.CHARGE, () => {
      count += 1;
      return 'reset';
    });
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'unknown' });
    await expect(rig.read({ takingSent: true })).resolves.toEqual({ state: 'paid', ...PAID });
    await expect(rig.charge()).resolves.toEqual({ outcome: 'succeeded', ...PAID });
    expect(charges()).toHaveLength(1);
  });
});

describe('before the charge', () => {
  test.each<[string, WireAnswer]>([
    ['a reading of 500', { status: 500 }],
    ['a reading that hangs', 'hang'],
    ['a reading of 404', { status: 404 }],
    ['an unreadable reading', { status: 200, json: {} }],
    ['wrong credentials', { status: 401, json: { code: '100' } }],
    ['a waiting payer', granted({ status: 'WAITING' })],
    ['an absent count', granted({ charge_success_count: undefined })],
    ['another POS', granted({ pos_id: 'POSOTHER' })],
    ['another amount', granted({ charge_amount: 12.31 })],
    ['another reference', granted({ merchant_custom_id: 'pay1002' })],
    ['another authorization', granted({ id: 'CHTOTHER' })],
    ['no charges left', granted({}, { charge_available: 0 })],
    ['no pay token', granted({ pay_token: undefined })],
    ['an unknown status', granted({ status: 'CLOSED' })],
  ])('%s means that nothing is sent', async (_, reading) => {
    rig = new DropPayRig(wire, soonWhereItHangs(reading));
    wire.on(v.READ, reading).on(v.CHARGE, DONE);
    await expect(rig.charge()).resolves.toEqual({ outcome: 'not_sent', detail: expect.any(String) });
    expect(charges()).toEqual([]);
  });

  test.each([
    ['EXPIRED', 'expired'],
    ['REVOKED', 'failed'],
    ['REFUSED', 'failed'],
    ['CANCELLED', 'cancelled'],
  ])('%s ends it without a charge', async (status, end) => {
    wire.on(v.READ, granted({ status })).on(v.CHARGE, DONE);
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'declined', end, providerCode: status });
    expect(charges()).toEqual([]);
  });

  test('V13: with policy CHARGED the grant was the charge', async () => {
    wire.on(v.READ, granted({ policy: 'CHARGED' })).on(v.CHARGE, DONE);
    await expect(rig.charge()).resolves.toEqual({ outcome: 'succeeded', ...PAID });
    expect(charges()).toEqual([]);
  });

  test('a refused access token is replaced', async () => {
    wire.on(v.READ, v.V8_TOKEN_EXPIRED, granted()).on(v.CHARGE, DONE);
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'succeeded' });
  });

  test.each([{ providerReference: null }, { connection: 'italy' }])('%j: not sent', async (change) => {
    await expect(rig.charge(change)).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.requests).toHaveLength(0);
  });

  test('no access token: not sent', async () => {
    rig.tokens.runOut();
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'not_sent' });
  });

  test('DropPay out of reach: not sent', async () => {
    const lonely = new DropPayRig({ url: await goneAddress(new WireServer()) });
    await expect(lonely.charge()).resolves.toMatchObject({ outcome: 'not_sent' });
  });
});

describe('when the caller would not wait for the answer', () => {
  test('nothing is sent', async () => {
    wire.on(v.READ, granted()).on(v.CHARGE, DONE);
    await expect(rig.charge({}, CALL_TIMEOUT_MS - 1)).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(charges()).toEqual([]);
  });
});
