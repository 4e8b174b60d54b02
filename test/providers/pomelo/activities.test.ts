import { failureOf } from '../activity-rig';
import { forTests } from '../local-server';
import { type WireAnswer, WireServer } from '../wire-server';
import * as v from './vectors';
import { CALL, item, page, PomeloRig, transaction } from './activities-rig';
import { soonWhereItHangs } from '../../support/patience';

const wire = forTests(new WireServer());
let rig: PomeloRig;
beforeEach(() => {
  rig = new PomeloRig(wire);
});

const sent = () => wire.requests.map(({ method, path }) => `${method} ${path}`);

const OTHER_ID = '5e22e1037ac57f000841e000';
const READ_OTHER = `GET /public/transactions/${OTHER_ID}`;
const OPENED = {
  outcome: 'opened',
  providerReference: v.ID,
  nextAction: { type: 'redirect', url: v.CREATED.url, qr: v.CREATED.url },
};

const LOST: [string, WireAnswer][] = [
  ['a 500', { status: 500, json: { code: 'PP-G-500', message: 'Internal Server Error' } }],
  ['a 503', { status: 503 }],
  ['a reset', 'reset'],
  ['a time-out', 'hang'],
  ['a 201 with HTML', { status: 201, text: '<html>' }],
];

describe('pomeloCreateTransaction', () => {
  test('shows the page, and sends our reference, addresses and expiry', async () => {
    wire.on(v.CREATE_V2, transaction());
    await expect(rig.create()).resolves.toEqual(OPENED);
    expect(sent()).toEqual([v.CREATE_V2]);
    expect(JSON.parse(wire.requests[0]?.text ?? '')).toEqual({
      localId: 'pay1001',
      customerReference: 'Order 123',
      amount: 2000,
      currency: 'GBP',
      webhook: 'https://pay.example/w',
      redirectUrl: 'https://pay.example/r',
      expires: CALL.expiresAt,
    });
  });

  test('by setting, the signed create of v1', async () => {
    wire.on(v.CREATE_V1, transaction());
    const signing = new PomeloRig(wire, { createVersion: 'v1', appId: 'app-1' });
    await expect(signing.create()).resolves.toEqual(OPENED);
    expect(JSON.parse(wire.requests[0]?.text ?? '')).toMatchObject({
      signature: v.V1_CREATE.signature,
      signMethod: 'sha1',
      deviceId: 'app-1',
    });
  });

  test('an answer without a link is made up for by reading', async () => {
    const bare = { url: undefined, qr: undefined };
    wire.on(v.CREATE_V2, transaction(bare)).on(v.READ, transaction());
    await expect(rig.create()).resolves.toEqual(OPENED);
    wire.on(v.READ, transaction({ ...bare, qrcode: { url: 'https://q.example/' } }));
    await expect(rig.create()).resolves.toMatchObject({ nextAction: { url: 'https://q.example/' } });
  });

  test.each<[string, WireAnswer]>([
    ['no link either', transaction({ url: undefined, qr: undefined })],
    ['another transaction', transaction({ id: OTHER_ID })],
    ['nothing', v.NOT_FOUND],
  ])('still none when reading shows %s: a person decides', async (_, answer) => {
    wire.on(v.CREATE_V2, transaction({ url: undefined, qr: undefined })).on(v.READ, answer);
    await expect(rig.create()).resolves.toEqual({
      outcome: 'unknown',
      detail: expect.stringContaining('without a link'),
      providerReference: v.ID,
    });
    expect(sent()).toEqual([v.CREATE_V2, v.READ]);
  });

  test('a page for another amount is not shown', async () => {
    wire.on(v.CREATE_V2, transaction({ amount: 20 }));
    await expect(rig.create()).resolves.toMatchObject({ outcome: 'unknown', providerReference: v.ID });
  });

  test.each<[string, WireAnswer, string]>([
    ['400', { status: 400, json: { code: 'PP-A-1' } }, '400/PP-A-1'],
    ['404', { status: 404 }, '404'],
    ['409', { status: 409 }, '409'],
  ])('%s: a refusal is an answer', async (_, answer, providerCode) => {
    wire.on(v.CREATE_V2, answer);
    const refused = { outcome: 'refused', end: 'failed', code: 'provider_refused_request', providerCode };
    await expect(rig.create()).resolves.toEqual({ ...refused, message: expect.not.stringContaining('hour') });
    expect(sent()).toEqual([v.CREATE_V2]);
  });

  test('a refusal says so when the expiry has come closer than an hour', async () => {
    wire.on(v.CREATE_V2, { status: 400 });
    const expiresAt = new Date(Date.now() + 59 * 60_000).toISOString();
    await expect(rig.create({ expiresAt })).resolves.toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('less than an hour'),
    });
  });

  test.each<[string, WireAnswer, object]>([
    ['401', v.UNAUTHORIZED, { type: 'unauthenticated', nonRetryable: true }],
    ['403', v.FORBIDDEN, { type: 'unauthenticated', nonRetryable: true }],
    [
      '429',
      { status: 429, headers: { 'retry-after': '9' } },
      { type: 'rate_limited', nonRetryable: false, nextRetryDelay: 9_000 },
    ],
  ])('%s', async (_, answer, expected) => {
    wire.on(v.CREATE_V2, answer);
    expect(await failureOf(rig.create())).toMatchObject(expected);
    expect(sent()).toEqual([v.CREATE_V2]);
  });

  test.each([{ currency: 'JPY' }, { currency: 'KWD' }, { amount: 99 }])(
    '%j is refused without a call',
    async (change) => {
      await expect(rig.create(change)).resolves.toMatchObject({ outcome: 'refused' });
      expect(sent()).toEqual([]);
    },
  );

  test('a connection this worker does not have is named', async () => {
    const failure = await failureOf(rig.create({ connection: 'london' }));
    expect(failure).toMatchObject({ type: 'invalid_request', nonRetryable: true });
    expect(failure.message).toContain('"london"');
  });
});

describe('a lost answer to create', () => {
  test.each(LOST)('%s: the transaction is found by our reference and adopted', async (_, answer) => {
    rig = new PomeloRig(wire, soonWhereItHangs(answer));
    wire
      .on(v.CREATE_V2, answer)
      .on(v.LIST_PAGE(1), page([item({ id: OTHER_ID, localId: 'pay1002' }), item()]))
      .on(v.READ, transaction());
    await expect(rig.create()).resolves.toEqual(OPENED);
    expect(sent()).toEqual([v.CREATE_V2, v.LIST_PAGE(1), v.READ]);
  });

  test.each(LOST)('%s: not found, it is tried again later', async (_, answer) => {
    rig = new PomeloRig(wire, soonWhereItHangs(answer));
    wire.on(v.CREATE_V2, answer).on(v.LIST_PAGE(1), page([]));
    expect(await failureOf(rig.create())).toMatchObject({ type: 'unavailable', nonRetryable: false });
    expect(sent()).toEqual([v.CREATE_V2, v.LIST_PAGE(1)]);
  });

  test('on a page further back', async () => {
    const others = Array.from({ length: 20 }, (_, n) => item({ id: `t${n}`, localId: `pay${n}` }));
    wire
      .on(v.CREATE_V2, 'reset')
      .on(v.LIST_PAGE(1), page(others, 61))
      .on(v.LIST_PAGE(4), page([item()], 61))
      .on(v.READ, transaction());
    await expect(rig.create()).resolves.toEqual(OPENED);
    expect(sent()).toEqual([v.CREATE_V2, v.LIST_PAGE(1), v.LIST_PAGE(4), v.READ]);
  });

  test('reads no more pages than it may', async () => {
    const others = Array.from({ length: 20 }, (_, n) => item({ id: `t${n}`, localId: `pay${n}` }));
    wire.on(v.CREATE_V2, 'reset');
    for (const number of [1, 2, 99, 100]) wire.on(v.LIST_PAGE(number), page(others, 2000));
    const bounded = new PomeloRig(wire, { assumed: { searchPages: 3 } });
    expect(await failureOf(bounded.create())).toMatchObject({ type: 'unavailable' });
    expect(sent()).toEqual([v.CREATE_V2, v.LIST_PAGE(1), v.LIST_PAGE(100), v.LIST_PAGE(2)]);
  });

  test('leaves off searching when the activity has no time for it', async () => {
    const others = [item({ id: OTHER_ID, localId: 'pay1002' })];
    wire.on(v.CREATE_V2, 'reset').on(v.LIST_PAGE(1), page(others, 9));
    rig = new PomeloRig(wire, { callTimeoutMs: 400 });
    const failure = await failureOf(rig.create({}, { startToCloseTimeoutMs: 700 }));
    expect(failure).toMatchObject({ type: 'unavailable' });
    expect(sent()).toEqual([v.CREATE_V2, v.LIST_PAGE(1)]);
  });

  test.each<[string, WireAnswer]>([
    ['has ended', transaction({ state: 'CANCELLED' })],
    ['is for another amount', transaction({ amount: 20 })],
    ['is in another currency', transaction({ currency: 'EUR' })],
    ['has an odd state', transaction({ state: 'SETTLED' })],
    ['is not found', v.NOT_FOUND],
  ])('what is found is not adopted when it %s', async (_, answer) => {
    wire
      .on(v.CREATE_V2, 'reset')
      .on(v.LIST_PAGE(1), page([item()]))
      .on(v.READ, answer);
    expect(await failureOf(rig.create())).toMatchObject({ type: 'unavailable', nonRetryable: false });
  });

  test('of several, the one that can still be paid is adopted', async () => {
    wire
      .on(v.CREATE_V2, 'reset')
      .on(v.LIST_PAGE(1), page([item({ id: OTHER_ID }), item()]))
      .on(READ_OTHER, transaction({ id: OTHER_ID, state: 'EXPIRED' }))
      .on(v.READ, transaction());
    await expect(rig.create()).resolves.toEqual(OPENED);
  });

  test.each<[string, WireAnswer]>([
    ['is down', { status: 503 }],
    ['is refused', v.FORBIDDEN],
    ['has another shape', { status: 200, json: {} }],
  ])('when the list %s, the lost create is what counts', async (_, answer) => {
    wire.on(v.CREATE_V2, 'reset').on(v.LIST_PAGE(1), answer);
    const failure = await failureOf(rig.create());
    expect(failure).toMatchObject({ type: 'unavailable', nonRetryable: false });
    expect(failure.message).toContain('create transaction');
  });

  test('an answer of another shape that is not made up for is unknown', async () => {
    wire.on(v.CREATE_V2, { status: 201, json: { url: 'https://x.example' } }).on(v.LIST_PAGE(1), page([]));
    await expect(rig.create()).resolves.toEqual({
      outcome: 'unknown',
      detail: expect.stringContaining('id'),
    });
    wire.on(v.LIST_PAGE(1), page([item()])).on(v.READ, transaction());
    await expect(rig.create()).resolves.toEqual(OPENED);
  });
});

describe('a create that was tried before', () => {
  const AGAIN: [string, Parameters<PomeloRig['create']>][] = [
    ['by Temporal', [{}, { attempt: 2 }]],
    ['by the workflow', [{ triedBefore: true }]],
  ];

  test.each(AGAIN)('%s: what is found is adopted, nothing is created', async (_, again) => {
    wire.on(v.LIST_PAGE(1), page([item()])).on(v.READ, transaction());
    await expect(rig.create(...again)).resolves.toEqual(OPENED);
    expect(sent()).toEqual([v.LIST_PAGE(1), v.READ]);
  });

  test.each(AGAIN)('%s: nothing found, it is created with the same reference', async (_, again) => {
    wire.on(v.LIST_PAGE(1), page([])).on(v.CREATE_V2, transaction());
    await expect(rig.create(...again)).resolves.toEqual(OPENED);
    expect(sent()).toEqual([v.LIST_PAGE(1), v.CREATE_V2]);
    expect(wire.requests[1]?.text).toContain('"localId":"pay1001"');
  });

  test.each<[string, WireAnswer, object]>([
    ['a 503', { status: 503 }, { type: 'unavailable' }],
    ['a reset', 'reset', { type: 'unavailable' }],
    ['a 429', { status: 429 }, { type: 'rate_limited' }],
  ])('%s to the list: nothing is created yet', async (_, answer, expected) => {
    wire.on(v.LIST_PAGE(1), answer);
    expect(await failureOf(rig.create({}, { attempt: 2 }))).toMatchObject({
      ...expected,
      nonRetryable: false,
    });
    expect(sent()).toEqual([v.LIST_PAGE(1)]);
  });

  test.each<[string, WireAnswer]>([
    ['refuses', v.FORBIDDEN],
    ['has another shape', { status: 200, json: {} }],
  ])('a list that %s cannot keep a payment from being made', async (_, answer) => {
    wire.on(v.LIST_PAGE(1), answer).on(v.CREATE_V2, transaction());
    await expect(rig.create({}, { attempt: 2 })).resolves.toEqual(OPENED);
  });
});

describe('pomeloGetTransaction', () => {
  const MONEY = { amount: 2000, currency: 'GBP', reference: 'pay1001' };

  test.each([
    ['QR_CODE_GENERATED', { state: 'open' }],
    ['CONFIRMED', { state: 'paid', ...MONEY, refunds: [] }],
    ['REFUNDED', { state: 'paid', ...MONEY, refunds: [{ status: 'succeeded' }] }],
    ['CANCELLED', { state: 'ended', end: 'failed', code: 'payer_refused' }],
    ['FAILED', { state: 'ended', end: 'failed', code: 'declined' }],
    ['NEW_STATE', { state: 'unclear' }],
  ])('%s', async (state, expected) => {
    wire.on(v.READ, transaction({ state }));
    await expect(rig.read()).resolves.toMatchObject(expected);
    expect(sent()).toEqual([v.READ]);
  });

  test('CANCELLED reads as expired once the time is up', async () => {
    wire.on(v.READ, transaction({ state: 'CANCELLED' }));
    const expiresAt = new Date(Date.now() - 1).toISOString();
    await expect(rig.read({ expiresAt })).resolves.toMatchObject({ state: 'ended', end: 'expired' });
  });

  test('the assumed facts are those of the account', async () => {
    wire.on(v.READ, transaction({ state: 'VOIDED' }));
    await expect(rig.read()).resolves.toMatchObject({ state: 'paid', refunds: [{ amount: 2000 }] });
    const doubtful = new PomeloRig(wire, { assumed: { voidedWasPaid: false } });
    await expect(doubtful.read()).resolves.toMatchObject({ state: 'unclear' });
  });

  test.each<[string, WireAnswer]>([
    ['not found', v.NOT_FOUND],
    ['not found, by something in between', { status: 404, text: '<html>' }],
    ['another shape', { status: 200, json: { state: 'CONFIRMED' } }],
    ['another transaction', transaction({ id: OTHER_ID, state: 'CONFIRMED' })],
    ['an amount with a fraction', transaction({ state: 'CONFIRMED', amount: 20.5 })],
  ])('%s is unclear, never an end', async (_, answer) => {
    wire.on(v.READ, answer);
    await expect(rig.read()).resolves.toMatchObject({ state: 'unclear' });
  });

  test.each<[string, WireAnswer, object]>([
    ...LOST.map(([name, answer]): [string, WireAnswer, object] => [
      name,
      answer,
      { type: 'unavailable', nonRetryable: false },
    ]),
    ['401', v.UNAUTHORIZED, { type: 'unauthenticated', nonRetryable: true }],
    ['429', { status: 429 }, { type: 'rate_limited', nonRetryable: false }],
  ])('%s is no news', async (_, answer, expected) => {
    rig = new PomeloRig(wire, soonWhereItHangs(answer));
    wire.on(v.READ, answer);
    expect(await failureOf(rig.read())).toMatchObject(expected);
  });

  describe('a payment whose id at Pomelo was never told', () => {
    test('is found by our reference', async () => {
      wire.on(v.LIST_PAGE(1), page([item()])).on(v.READ, transaction({ state: 'CONFIRMED' }));
      await expect(rig.read({ providerReference: null })).resolves.toMatchObject({ state: 'paid', ...MONEY });
    });

    test('is absent when the whole list was read, else unclear', async () => {
      wire.on(v.LIST_PAGE(1), page([item({ localId: 'pay1002' })]));
      await expect(rig.read({ providerReference: null })).resolves.toEqual({ state: 'absent' });
      const bounded = new PomeloRig(wire, { assumed: { searchPages: 1 } });
      wire.on(v.LIST_PAGE(1), page([item({ localId: 'pay1002' })], 2));
      await expect(bounded.read({ providerReference: null })).resolves.toMatchObject({ state: 'unclear' });
    });
  });
});
