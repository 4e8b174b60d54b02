import { CALL_TIMEOUT_MS } from '../../../src/providers/http';
import * as v from './vectors';
import { forTests, goneAddress } from '../local-server';
import { type WireAnswer, WireServer } from '../wire-server';
import { DropPayRig } from './activities-rig';
import { soonWhereItHangs } from '../../support/patience';

const wire = forTests(new WireServer());
let rig: DropPayRig;
beforeEach(() => {
  rig = new DropPayRig(wire, { refundPath: '/shop/v1/pos/refund' });
});

const DONE: WireAnswer = { status: 200, json: v.REFUND_ANSWER };

test('gives back what was asked for, once', async () => {
  wire.on(v.REFUND, DONE);
  await expect(rig.refund()).resolves.toEqual({
    outcome: 'succeeded',
    providerRefundReference: 'CHRTEST0001',
  });
  expect(wire.requests).toHaveLength(1);
  expect(JSON.parse(wire.requests[0]?.text ?? '')).toEqual(v.REFUND_REQUEST);
});

test('FAILED is declined', async () => {
  wire.on(v.REFUND, { status: 200, json: { ...v.REFUND_ANSWER, status: 'FAILED' } });
  await expect(rig.refund()).resolves.toMatchObject({ outcome: 'declined', providerCode: 'FAILED' });
});

test.each<[string, WireAnswer, string]>([
  ['a second refund', { status: 409, json: { code: '299', description: 'already refunded' } }, '409/299'],
  ['a wrong path', { status: 404 }, '404'],
  ['V9', v.V9_NO_BODY, '400'],
  ['out of scope', { status: 401, json: { code: '101' } }, '401/101'],
])('%s is refused with their code', async (_, answer, providerCode) => {
  wire.on(v.REFUND, answer);
  await expect(rig.refund()).resolves.toMatchObject({ outcome: 'declined', providerCode });
  expect(wire.requests).toHaveLength(1);
});

test.each<[string, WireAnswer]>([
  ['a time-out', 'hang'],
  ['a reset', 'reset'],
  ['a 500', { status: 500, json: { code: '100' } }],
  ['a 408', { status: 408 }],
  ['a redirect', { status: 307, headers: { location: '/shop/v1/pos/refund' } }],
  ['an empty 200', { status: 200 }],
  ['HTML', { status: 200, text: '<html>' }],
  ['an answer without an id', { status: 200, json: { ...v.REFUND_ANSWER, id: undefined } }],
  ['an answer without a status', { status: 200, json: { ...v.REFUND_ANSWER, status: undefined } }],
  ['an undocumented status', { status: 200, json: { ...v.REFUND_ANSWER, status: 'PENDING' } }],
  ['another charge', { status: 200, json: { ...v.REFUND_ANSWER, charge_id: 'CHAOTHER' } }],
  ['another amount', { status: 200, json: { ...v.REFUND_ANSWER, amount: 12.3 } }],
])('%s leaves it unknown, and nothing is sent again', async (_, answer) => {
  rig = new DropPayRig(wire, { refundPath: '/shop/v1/pos/refund', ...soonWhereItHangs(answer) });
  wire.on(v.REFUND, answer);
  await expect(rig.refund()).resolves.toEqual({ outcome: 'unknown', detail: expect.any(String) });
  expect(wire.requests).toHaveLength(1);
});

describe('the access token', () => {
  test('V8: refused, another one is taken', async () => {
    wire.on(v.REFUND, v.V8_TOKEN_EXPIRED, DONE);
    await expect(rig.refund()).resolves.toMatchObject({ outcome: 'succeeded' });
    expect(wire.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test('V8: refused twice, nothing was done', async () => {
    wire.on(v.REFUND, v.V8_TOKEN_EXPIRED);
    await expect(rig.refund()).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.requests).toHaveLength(2);
  });

  test('a lost answer to the second call is unknown', async () => {
    wire.on(v.REFUND, v.V8_TOKEN_EXPIRED, 'reset');
    await expect(rig.refund()).resolves.toMatchObject({ outcome: 'unknown' });
    expect(wire.requests).toHaveLength(2);
  });

  test.each(['not_sent', 'unavailable', 'unauthenticated', 'outcome_unknown'] as const)(
    'none to be had (%s): nothing is sent',
    async (kind) => {
      rig.tokens.runOut(kind);
      await expect(rig.refund()).resolves.toMatchObject({ outcome: 'not_sent' });
      expect(wire.requests).toHaveLength(0);
    },
  );
});

describe('nothing is sent', () => {
  test('and it is said why, when refunds are off', async () => {
    const off = new DropPayRig(wire);
    await expect(off.refund()).resolves.toEqual({
      outcome: 'declined',
      message: expect.stringContaining('DROPPAY_REFUND_PATH'),
    });
    expect(wire.requests).toHaveLength(0);
  });

  test.each([
    [{ chargeReference: null }, 'the charge id is not known'],
    [{ currency: 'CHF' }, 'EUR'],
    [{ amount: 0 }, 'above zero'],
    [{ reason: 'x'.repeat(513) }, '512'],
  ])('for %j', async (change, message) => {
    await expect(rig.refund(change)).resolves.toEqual({
      outcome: 'declined',
      message: expect.stringContaining(message),
    });
    expect(wire.requests).toHaveLength(0);
  });

  test('on a connection that this worker does not have', async () => {
    await expect(rig.refund({ connection: 'italy' })).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.requests).toHaveLength(0);
  });

  test('when the caller would not wait for the answer', async () => {
    wire.on(v.REFUND, DONE);
    await expect(rig.refund({}, CALL_TIMEOUT_MS - 1)).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.requests).toHaveLength(0);
  });

  test('when DropPay is out of reach', async () => {
    const lonely = new DropPayRig(
      { url: await goneAddress(new WireServer()) },
      { refundPath: '/shop/v1/pos/refund' },
    );
    await expect(lonely.refund()).resolves.toMatchObject({ outcome: 'not_sent' });
  });
});

test('429 is "not now": not sent', async () => {
  wire.on(v.REFUND, { status: 429 });
  await expect(rig.refund()).resolves.toMatchObject({ outcome: 'not_sent' });
});

test('a reason of 512 characters is sent as it is', async () => {
  wire.on(v.REFUND, DONE);
  const reason = '€'.repeat(512);
  await expect(rig.refund({ reason })).resolves.toMatchObject({ outcome: 'succeeded' });
  expect(JSON.parse(wire.requests[0]?.text ?? '')).toMatchObject({ reason });
});
