import { CALL_TIMEOUT_MS } from '../../../src/providers/http';
import type { Taking } from '../../../src/domain/provider-answer';
import * as v from './vectors';
import { forTests, goneAddress } from '../local-server';
import { type WireAnswer, WireServer } from '../wire-server';
import { DropPayRig } from './activities-rig';
import { soonWhereItHangs } from '../../support/patience';

const wire = forTests(new WireServer());
let rig: DropPayRig;
beforeEach(() => {
  rig = new DropPayRig(wire, { acquirerPosId: 'POSACQ1' });
});

function acquirer(change: object = {}): WireAnswer {
  return { status: 200, json: { ...v.V13_WAITING, ...change } };
}

const WAITING = acquirer();
const GRANTED = acquirer({ status: 'GRANTED' });
const PAID = { outcome: 'succeeded', amount: 1230, currency: 'EUR', reference: 'pay1001' };

function methods(): string[] {
  return wire.requests.map(({ method }) => method);
}

/** Checks that the outcome is not known for a minute from when the answer went missing. */
async function expectUnknown(granting: Promise<Taking>, settlesWithinMs = 60_000): Promise<void> {
  const before = Date.now();
  const taking = await granting;
  if (taking.outcome !== 'unknown') throw new Error(`expected unknown, got ${JSON.stringify(taking)}`);
  const settledAfter = Date.parse(taking.settledAfter);
  expect(settledAfter).toBeGreaterThanOrEqual(before + settlesWithinMs);
  expect(settledAfter).toBeLessThanOrEqual(Date.now() + settlesWithinMs);
  expect(wire.sent(v.PATCH)).toHaveLength(1);
}

test('V13: reads WAITING, confirms once, and is paid; nothing is charged', async () => {
  wire.on(v.READ, WAITING).on(v.PATCH, GRANTED);
  await expect(rig.grant()).resolves.toEqual(PAID);
  expect(methods()).toEqual(['GET', 'PATCH']);
  expect(wire.requests[1]?.text).toBe('{"status":"GRANTED"}');
  expect(wire.sent(v.CHARGE)).toHaveLength(0);
});

test('the amount is told as it was read', async () => {
  wire.on(v.READ, WAITING).on(v.PATCH, acquirer({ status: 'GRANTED', charge_amount: 1.23 }));
  await expect(rig.grant()).resolves.toMatchObject({ outcome: 'succeeded', amount: 123 });
});

describe('before the confirmation', () => {
  test('granted already: paid, and nothing is sent', async () => {
    wire.on(v.READ, GRANTED).on(v.PATCH, GRANTED);
    await expect(rig.grant()).resolves.toEqual(PAID);
    expect(methods()).toEqual(['GET']);
  });

  test.each([
    ['EXPIRED', 'expired'],
    ['REFUSED', 'failed'],
    ['CANCELLED', 'cancelled'],
  ])('%s ends it without a confirmation', async (status, end) => {
    wire.on(v.READ, acquirer({ status })).on(v.PATCH, GRANTED);
    await expect(rig.grant()).resolves.toMatchObject({ outcome: 'declined', end, providerCode: status });
    expect(methods()).toEqual(['GET']);
  });

  test.each<[string, WireAnswer]>([
    ['a reading of 500', { status: 500 }],
    ['a reading that hangs', 'hang'],
    ['a reading of 404', { status: 404 }],
    ['an unreadable reading', { status: 200, json: {} }],
    ['wrong credentials', { status: 401, json: { code: '100' } }],
    ['another POS', acquirer({ pos_id: 'POSTEST1' })],
    ['another policy', acquirer({ policy: 'BOOKED' })],
    ['another amount', acquirer({ charge_amount: 12.31 })],
    ['no amount', acquirer({ charge_amount: undefined })],
    ['another reference', acquirer({ merchant_custom_id: 'pay1002' })],
    ['another authorization', acquirer({ id: 'CHTOTHER' })],
    ['no status', acquirer({ status: undefined })],
    ['an unknown status', acquirer({ status: 'CLOSED' })],
    ['a revoked one', acquirer({ status: 'REVOKED' })],
  ])('%s means that nothing is sent', async (_, reading) => {
    rig = new DropPayRig(wire, { acquirerPosId: 'POSACQ1', ...soonWhereItHangs(reading) });
    wire.on(v.READ, reading).on(v.PATCH, GRANTED);
    await expect(rig.grant()).resolves.toEqual({ outcome: 'not_sent', detail: expect.any(String) });
    expect(wire.sent(v.PATCH)).toHaveLength(0);
  });

  test.each([{ providerReference: null }, { connection: 'italy' }])('%j: not sent', async (change) => {
    await expect(rig.grant(change)).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.requests).toHaveLength(0);
  });

  test('no access token: not sent', async () => {
    rig.tokens.runOut();
    await expect(rig.grant()).resolves.toMatchObject({ outcome: 'not_sent' });
  });

  test('DropPay out of reach: not sent', async () => {
    const lonely = new DropPayRig({ url: await goneAddress(new WireServer()) }, { acquirerPosId: 'POSACQ1' });
    await expect(lonely.grant()).resolves.toMatchObject({ outcome: 'not_sent' });
  });

  test('no time left for an answer: not sent', async () => {
    wire.on(v.READ, WAITING).on(v.PATCH, GRANTED);
    await expect(rig.grant({}, CALL_TIMEOUT_MS - 1)).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.sent(v.PATCH)).toHaveLength(0);
  });
});

describe.each<[string, WireAnswer]>([
  ['a time-out', 'hang'],
  ['a reset', 'reset'],
  ['a 500', { status: 500, json: { code: '100' } }],
  ['a 408', { status: 408 }],
  ['a redirect', { status: 307, headers: { location: '/' } }],
  ['an empty 200', { status: 200 }],
  ['HTML', { status: 200, text: '<html>' }],
  ['an answer of another shape', { status: 200, json: { hello: 'world' } }],
  ['WAITING', WAITING],
  ['EXPIRED', acquirer({ status: 'EXPIRED' })],
  ['no status', acquirer({ status: undefined })],
  ['another authorization', acquirer({ id: 'CHTOTHER', status: 'GRANTED' })],
  ['no amount', acquirer({ status: 'GRANTED', charge_amount: undefined })],
])('a confirmation answered with %s', (_, answer) => {
  beforeEach(() => {
    rig = new DropPayRig(wire, { acquirerPosId: 'POSACQ1', ...soonWhereItHangs(answer) });
  });

  test('is paid when it reads GRANTED', async () => {
    wire.on(v.READ, WAITING, GRANTED).on(v.PATCH, answer);
    await expect(rig.grant()).resolves.toEqual(PAID);
    expect(methods()).toEqual(['GET', 'PATCH', 'GET']);
  });

  test.each<[string, WireAnswer]>([
    ['still waiting', WAITING],
    ['cancelled', acquirer({ status: 'CANCELLED' })],
    ['not found', { status: 404 }],
    ['no answer', 'reset'],
  ])('is unknown for a while when the reading is %s, and never sent again', async (_, after) => {
    wire.on(v.READ, WAITING, after).on(v.PATCH, answer);
    await expectUnknown(rig.grant());
  });
});

test('how long it stays unknown is a setting', async () => {
  rig = new DropPayRig(wire, { acquirerPosId: 'POSACQ1', assumed: { settleMarginMs: 5_000 } });
  wire.on(v.READ, WAITING).on(v.PATCH, 'reset');
  await expectUnknown(rig.grant(), 5_000);
});

test('a lost answer of a confirmation that took effect: the look-up finds it paid, the next one sends nothing', async () => {
  let status = 'WAITING';
  wire.on(v.READ, () => acquirer({ status }));
  wire.on(v.PATCH, () => {
    status = 'GRANTED';
    return 'reset';
  });
  await expect(rig.grant()).resolves.toEqual(PAID);
  await expect(rig.readAcquirer({ takingSent: true })).resolves.toMatchObject({ state: 'paid' });
  await expect(rig.grant()).resolves.toEqual(PAID);
  expect(wire.sent(v.PATCH)).toHaveLength(1);
});

describe('a refused confirmation', () => {
  test.each<[string, WireAnswer, object]>([
    ['V10: expired', v.V10_EXPIRED, { end: 'expired', code: 'authorization_ended', providerCode: '409/200' }],
    ['V10: same party', v.V10_SAME_PARTY, { end: 'failed', code: 'declined', providerCode: '403/200' }],
    ['V9: without a body', v.V9_NO_BODY, { end: 'failed', code: 'declined', providerCode: '400' }],
    ['not an Acquirer device', { status: 405 }, { end: 'failed', code: 'declined', providerCode: '405' }],
    [
      'out of scope',
      { status: 401, json: { code: '101' } },
      { end: 'failed', code: 'declined', providerCode: '401/101' },
    ],
  ])('%s is declined with their code, once it reads WAITING', async (_, refusal, expected) => {
    wire.on(v.READ, WAITING).on(v.PATCH, refusal);
    await expect(rig.grant()).resolves.toMatchObject({ outcome: 'declined', ...expected });
    expect(methods()).toEqual(['GET', 'PATCH', 'GET']);
  });

  test('is paid when it reads GRANTED', async () => {
    wire.on(v.READ, WAITING, GRANTED).on(v.PATCH, v.V10_EXPIRED);
    await expect(rig.grant()).resolves.toEqual(PAID);
  });

  test('is the end that it reads', async () => {
    wire
      .on(v.READ, WAITING, acquirer({ status: 'EXPIRED' }))
      .on(v.PATCH, { status: 409, json: { code: '299' } });
    await expect(rig.grant()).resolves.toMatchObject({
      outcome: 'declined',
      end: 'expired',
      providerCode: 'EXPIRED',
    });
  });

  test.each<[string, WireAnswer]>([
    ['an unknown status', acquirer({ status: 'CLOSED' })],
    ['not found', { status: 404 }],
    ['no answer', 'hang'],
  ])('is unknown when the reading is %s', async (_, after) => {
    rig = new DropPayRig(wire, { acquirerPosId: 'POSACQ1', ...soonWhereItHangs(after) });
    wire.on(v.READ, WAITING, after).on(v.PATCH, v.V10_EXPIRED);
    await expectUnknown(rig.grant());
  });

  test('429 is "not now"', async () => {
    wire.on(v.READ, WAITING).on(v.PATCH, { status: 429, headers: { 'retry-after': '9' } });
    await expect(rig.grant()).resolves.toMatchObject({ outcome: 'not_sent', retryAfterMs: 9_000 });
    expect(wire.sent(v.PATCH)).toHaveLength(1);
  });
});

describe('401/102', () => {
  test('V8: another access token, and once more', async () => {
    wire.on(v.READ, WAITING).on(v.PATCH, v.V8_TOKEN_EXPIRED, GRANTED);
    await expect(rig.grant()).resolves.toEqual(PAID);
    expect(wire.sent(v.PATCH).map(({ authorization }) => authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test('V8: twice: not sent, once it reads WAITING', async () => {
    wire.on(v.READ, WAITING).on(v.PATCH, v.V8_TOKEN_EXPIRED);
    await expect(rig.grant()).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.sent(v.PATCH)).toHaveLength(2);
  });

  test('V8: without another access token: not sent', async () => {
    const outOfTokens = () => {
      rig.tokens.runOut();
      return v.V8_TOKEN_EXPIRED;
    };
    wire.on(v.READ, WAITING).on(v.PATCH, outOfTokens);
    await expect(rig.grant()).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.sent(v.PATCH)).toHaveLength(1);
  });
});
