import { failureOf } from '../activity-rig';
import { createHash } from 'node:crypto';
import * as v from './vectors';
import { forTests } from '../local-server';
import { type WireAnswer, WireServer } from '../wire-server';
import { DropPayRig, granted } from './activities-rig';
import { soonWhereItHangs } from '../../support/patience';

const wire = forTests(new WireServer());
let rig: DropPayRig;
beforeEach(() => {
  rig = new DropPayRig(wire);
});

const WAITING = { status: 200, json: v.V2_ANSWER };
const CANCELLED = { status: 200, json: { ...v.V2_ANSWER, status: 'CANCELLED' } };

describe('dropPayCreateAuthorization', () => {
  test('shows the link, and sends our reference and addresses', async () => {
    wire.on(v.CREATE, WAITING);
    const url = v.V2_ANSWER.sharing;
    await expect(rig.create()).resolves.toEqual({
      outcome: 'opened',
      providerReference: 'CHTTEST0001',
      nextAction: { type: 'redirect', url, qr: url },
    });
    expect(JSON.parse(wire.requests[0]?.text ?? '')).toEqual({
      charge_amount: 12.3,
      description: 'Order 1001',
      pos_id: 'POSTEST1',
      merchant_custom_id: 'pay1001',
      webhooks: { ALL: 'https://pay.example/w' },
      loopback_uri: 'https://pay.example/r',
    });
  });

  test('V8: a refused access token is replaced once', async () => {
    wire.on(v.CREATE, v.V8_TOKEN_EXPIRED, WAITING);
    await expect(rig.create()).resolves.toMatchObject({ outcome: 'opened' });
    expect(wire.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(rig.tokens.refused).toEqual(['token-1']);
  });

  test('V8: refused for ever, it is the credentials', async () => {
    wire.on(v.CREATE, v.V8_TOKEN_EXPIRED);
    expect(await failureOf(rig.create())).toMatchObject({ type: 'unauthenticated', nonRetryable: true });
    expect(wire.requests).toHaveLength(2);
  });

  test.each([
    ['V9', v.V9_NO_BODY, '400'],
    ['V10', v.V10_SAME_PARTY, '403/200'],
    ['the policy', { status: 400, json: { code: '202' } }, '400/202'],
  ])('%s: a refusal is an answer', async (_, answer: WireAnswer, providerCode) => {
    wire.on(v.CREATE, answer);
    const expected = { outcome: 'refused', end: 'failed', code: 'provider_refused_request', providerCode };
    await expect(rig.create()).resolves.toMatchObject(expected);
  });

  test.each<[string, WireAnswer, object]>([
    ['a 503', { status: 503 }, { type: 'unavailable' }],
    ['a reset', 'reset', { type: 'unavailable' }],
    ['a time-out', 'hang', { type: 'unavailable' }],
    [
      'a 429',
      { status: 429, headers: { 'retry-after': '9' } },
      { type: 'rate_limited', nextRetryDelay: 9_000 },
    ],
  ])('%s may be repeated: an orphan is never shown to a payer', async (_, answer, expected) => {
    rig = new DropPayRig(wire, soonWhereItHangs(answer));
    wire.on(v.CREATE, answer);
    expect(await failureOf(rig.create())).toMatchObject({ ...expected, nonRetryable: false });
  });

  test.each([
    ['no link', { ...v.V2_ANSWER, sharing: undefined }],
    ['no id', { ...v.V2_ANSWER, id: undefined }],
  ])('an answer with %s is unknown', async (_, json) => {
    wire.on(v.CREATE, { status: 200, json });
    await expect(rig.create()).resolves.toMatchObject({ outcome: 'unknown' });
  });

  test.each([{ currency: 'CHF' }, { amount: 0 }])('%j is refused without a call', async (change) => {
    await expect(rig.create(change)).resolves.toMatchObject({ outcome: 'refused' });
    expect(wire.requests).toHaveLength(0);
  });

  test('a connection this worker does not have is named', async () => {
    const failure = await failureOf(rig.create({ connection: 'italy' }));
    expect(failure).toMatchObject({ type: 'invalid_request', nonRetryable: true });
    expect(failure.message).toContain('"italy"');
  });

  test('without an access token nothing is sent, and it is tried again', async () => {
    rig.tokens.runOut();
    expect(await failureOf(rig.create())).toMatchObject({ type: 'not_sent', nonRetryable: false });
    expect(wire.requests).toHaveLength(0);
  });
});

describe('dropPayGetAuthorization', () => {
  test('V3: granted is authorized', async () => {
    wire.on(v.READ, granted());
    const money = { amount: 1230, currency: 'EUR', reference: 'pay1001' };
    await expect(rig.read()).resolves.toEqual({ state: 'authorized', ...money });
  });

  test('what a missing count means depends on whether a charge was sent', async () => {
    wire.on(v.READ, CANCELLED);
    await expect(rig.read()).resolves.toMatchObject({ state: 'ended', end: 'cancelled' });
    await expect(rig.read({ takingSent: true })).resolves.toMatchObject({ state: 'unclear' });
  });

  test('"not found" proves nothing after a charge', async () => {
    wire.on(v.READ, { status: 404 });
    await expect(rig.read()).resolves.toEqual({ state: 'absent' });
    await expect(rig.read({ takingSent: true })).resolves.toMatchObject({ state: 'unclear' });
  });

  test('a payment that was never opened is absent without a call', async () => {
    await expect(rig.read({ providerReference: null })).resolves.toEqual({ state: 'absent' });
    expect(wire.requests).toHaveLength(0);
  });

  test('JSON of another shape is unclear, anything else is asked again', async () => {
    wire.on(
      v.READ,
      { status: 200, json: { hello: 'world' } },
      { status: 200, text: '<html>' },
      { status: 502 },
    );
    await expect(rig.read()).resolves.toMatchObject({ state: 'unclear' });
    expect(await failureOf(rig.read())).toMatchObject({ type: 'unavailable', nonRetryable: false });
    expect(await failureOf(rig.read())).toMatchObject({ type: 'unavailable', nonRetryable: false });
  });
});

describe('dropPayCancelAuthorization', () => {
  test.each<[string, WireAnswer]>([
    ['a yes', CANCELLED],
    ['a yes without a body', { status: 204 }],
    ['a no', { status: 409, json: { code: '299' } }],
    ['a 500', { status: 500 }],
    ['a reset', 'reset'],
    ['a time-out', 'hang'],
  ])('reads what became of it after %s', async (_, answer) => {
    rig = new DropPayRig(wire, soonWhereItHangs(answer));
    wire.on(v.DELETE, answer).on(v.READ, granted());
    await expect(rig.cancel()).resolves.toMatchObject({ state: 'authorized' });
    expect(wire.requests.map(({ method }) => method)).toEqual(['DELETE', 'GET']);
  });

  test('ends as cancelled', async () => {
    wire.on(v.DELETE, CANCELLED).on(v.READ, CANCELLED);
    await expect(rig.cancel()).resolves.toMatchObject({
      state: 'ended',
      end: 'cancelled',
      providerCode: 'CANCELLED',
    });
  });

  test('is tried again as a whole when it cannot be read', async () => {
    wire.on(v.DELETE, CANCELLED).on(v.READ, { status: 503 });
    expect(await failureOf(rig.cancel())).toMatchObject({ type: 'unavailable', nonRetryable: false });
  });
});

describe('the login', () => {
  test('V1: gives the token, its end and its hash', async () => {
    wire.on(v.LOGIN, { status: 200, json: v.V1_ANSWER });
    const before = Date.now();
    const { accessToken, hash } = await rig.logIn();
    const after = Date.now();
    expect(accessToken.value).toBe('aa11');
    expect(Date.parse(accessToken.expiresAt)).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(Date.parse(accessToken.expiresAt)).toBeLessThanOrEqual(after + 3_600_000);
    expect(hash).toBe(createHash('sha256').update('aa11').digest('hex'));
  });

  test.each<[WireAnswer, object]>([
    [
      { status: 401, json: { code: '100' } },
      { type: 'unauthenticated', nonRetryable: true },
    ],
    [
      { status: 400, json: { code: '101' } },
      { type: 'unauthenticated', nonRetryable: true },
    ],
    [{ status: 503 }, { type: 'unavailable', nonRetryable: false }],
    ['hang', { type: 'unavailable', nonRetryable: false }],
  ])('%j', async (answer, expected) => {
    rig = new DropPayRig(wire, soonWhereItHangs(answer));
    wire.on(v.LOGIN, answer);
    expect(await failureOf(rig.logIn())).toMatchObject(expected);
  });
});
