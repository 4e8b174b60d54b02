import { failureOf } from '../activity-rig';
import * as v from './vectors';
import { forTests } from '../local-server';
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
const CANCELLED = acquirer({ status: 'CANCELLED' });
const MONEY = { amount: 1230, currency: 'EUR', reference: 'pay1001' };
const CONFIRM = {
  outcome: 'opened',
  providerReference: 'CHTTEST0001',
  nextAction: { type: 'confirm' },
};

describe('dropPayCreateAcquirerAuthorization', () => {
  test('V13: announces the payment, which the backend then confirms', async () => {
    wire.on(v.CREATE, WAITING);
    await expect(rig.announce()).resolves.toEqual(CONFIRM);
    expect(wire.requests[0]?.text).toContain('"charge_amount":12.30,');
    expect(JSON.parse(wire.requests[0]?.text ?? '')).toEqual({
      charge_amount: 12.3,
      description: 'Order 1001',
      pos_id: 'POSACQ1',
      merchant_custom_id: 'pay1001',
      webhooks: { ALL: 'https://pay.example/w' },
      policy: 'CHARGED',
      scheme: 'CREDIT',
    });
  });

  test('V8: a refused access token is replaced once', async () => {
    wire.on(v.CREATE, v.V8_TOKEN_EXPIRED, WAITING);
    await expect(rig.announce()).resolves.toEqual(CONFIRM);
    expect(wire.requests).toHaveLength(2);
  });

  test.each<[string, WireAnswer, string]>([
    ['V9', v.V9_NO_BODY, '400'],
    ['V10', v.V10_SAME_PARTY, '403/200'],
    ['the policy', { status: 400, json: { code: '202' } }, '400/202'],
  ])('%s: a refusal is an answer', async (_, answer, providerCode) => {
    wire.on(v.CREATE, answer);
    const expected = { outcome: 'refused', end: 'failed', code: 'provider_refused_request', providerCode };
    await expect(rig.announce()).resolves.toMatchObject(expected);
  });

  test.each([{ currency: 'CHF' }, { amount: 0 }])('%j is refused without a call', async (change) => {
    await expect(rig.announce(change)).resolves.toMatchObject({ outcome: 'refused' });
    expect(wire.requests).toHaveLength(0);
  });

  const LOST: [string, WireAnswer][] = [
    ['a 503', { status: 503 }],
    ['a reset', 'reset'],
    ['a time-out', 'hang'],
    ['HTML', { status: 200, text: '<html>' }],
  ];

  test.each(LOST)('%s may be repeated: an orphan is never confirmed', async (_, answer) => {
    rig = new DropPayRig(wire, { acquirerPosId: 'POSACQ1', ...soonWhereItHangs(answer) });
    wire.on(v.CREATE, answer);
    expect(await failureOf(rig.announce())).toMatchObject({ type: 'unavailable', nonRetryable: false });
    expect(wire.requests).toHaveLength(1);
  });

  test('so may a call that never reported back: nothing was taken by it', async () => {
    wire.on(v.CREATE, WAITING);
    await expect(rig.announce({ openingLost: true })).resolves.toEqual(CONFIRM);
    await expect(rig.announce({}, { attempt: 2 })).resolves.toEqual(CONFIRM);
    await expect(rig.readAcquirer({ providerReference: null, openingLost: true })).resolves.toEqual({
      state: 'absent',
    });
  });

  test('created granted against the setting: unknown, with its number', async () => {
    wire.on(v.CREATE, GRANTED);
    await expect(rig.announce()).resolves.toMatchObject({
      outcome: 'unknown',
      providerReference: 'CHTTEST0001',
    });
  });

  describe('when the device grants what it creates', () => {
    const granting = (waits: object = {}) => {
      const assumed = { acquirerCreatedGranted: true };
      return new DropPayRig(wire, { acquirerPosId: 'POSACQ1', assumed, ...waits });
    };
    beforeEach(() => {
      rig = granting();
    });

    test.each(LOST)('%s is unknown: it may have taken the money', async (_, answer) => {
      rig = granting(soonWhereItHangs(answer));
      wire.on(v.CREATE, answer);
      await expect(rig.announce()).resolves.toEqual({ outcome: 'unknown', detail: expect.any(String) });
      expect(wire.requests).toHaveLength(1);
    });

    test('after a call that never reported back nothing is created again, by this activity or by Temporal', async () => {
      wire.on(v.CREATE, GRANTED);
      const lost = { outcome: 'unknown', detail: expect.stringContaining('never reported back') as string };
      await expect(rig.announce({ openingLost: true })).resolves.toEqual(lost);
      await expect(rig.announce({}, { attempt: 2 })).resolves.toEqual(lost);
      await expect(rig.readAcquirer({ providerReference: null, openingLost: true })).resolves.toMatchObject({
        state: 'unclear',
      });
      expect(wire.requests).toHaveLength(0);
    });

    test('what never left, or was answered "not now", may be repeated', async () => {
      wire.on(v.CREATE, { status: 429 });
      expect(await failureOf(rig.announce())).toMatchObject({ type: 'rate_limited', nonRetryable: false });
      rig.tokens.runOut();
      expect(await failureOf(rig.announce())).toMatchObject({ type: 'not_sent', nonRetryable: false });
    });

    test('granted: opened, nothing to confirm, and paid at the first look', async () => {
      wire.on(v.CREATE, GRANTED).on(v.READ, GRANTED).on(v.PATCH, GRANTED);
      await expect(rig.announce()).resolves.toMatchObject({
        outcome: 'opened',
        nextAction: { type: 'wait' },
      });
      await expect(rig.readAcquirer()).resolves.toEqual({ state: 'paid', ...MONEY });
      await expect(rig.grant()).resolves.toEqual({ outcome: 'succeeded', ...MONEY });
      expect(wire.sent(v.PATCH)).toHaveLength(0);
    });

    test('waiting all the same: the backend confirms', async () => {
      wire.on(v.CREATE, WAITING);
      await expect(rig.announce()).resolves.toEqual(CONFIRM);
    });
  });
});

describe('without an Acquirer POS', () => {
  test('every call names what to set, and nothing is sent', async () => {
    const without = new DropPayRig(wire);
    for (const call of [without.announce(), without.readAcquirer(), without.cancelAcquirer()]) {
      const failure = await failureOf(call);
      expect(failure).toMatchObject({ type: 'invalid_request', nonRetryable: true });
      expect(failure.message).toContain('DROPPAY_ACQUIRER_POS_ID');
    }
    await expect(without.grant()).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.requests).toHaveLength(0);
  });
});

describe('dropPayGetAcquirerAuthorization', () => {
  test('V13: granted is paid, whatever the fixed count says', async () => {
    wire.on(v.READ, GRANTED, acquirer({ status: 'GRANTED', charge_success_count: 0 }));
    await expect(rig.readAcquirer()).resolves.toEqual({ state: 'paid', ...MONEY });
    await expect(rig.readAcquirer()).resolves.toEqual({ state: 'paid', ...MONEY });
  });

  test('what waits is open, and may be confirmed again when our confirmation took no effect', async () => {
    wire.on(v.READ, WAITING);
    await expect(rig.readAcquirer()).resolves.toEqual({ state: 'open' });
    await expect(rig.readAcquirer({ takingSent: true })).resolves.toEqual({ state: 'authorized', ...MONEY });
  });

  test('what expired after our confirmation was sent may have been granted before', async () => {
    wire.on(v.READ, acquirer({ status: 'EXPIRED' }));
    await expect(rig.readAcquirer()).resolves.toMatchObject({ state: 'ended', end: 'expired' });
    await expect(rig.readAcquirer({ takingSent: true })).resolves.toMatchObject({ state: 'unclear' });
  });

  test('"not found" proves nothing after a confirmation', async () => {
    wire.on(v.READ, { status: 404 });
    await expect(rig.readAcquirer()).resolves.toEqual({ state: 'absent' });
    await expect(rig.readAcquirer({ takingSent: true })).resolves.toMatchObject({ state: 'unclear' });
  });

  test('a payment that was never announced is absent without a call', async () => {
    await expect(rig.readAcquirer({ providerReference: null })).resolves.toEqual({ state: 'absent' });
    expect(wire.requests).toHaveLength(0);
  });

  test('a payment of the other POS is unclear', async () => {
    wire.on(v.READ, acquirer({ pos_id: 'POSTEST1', status: 'GRANTED' }));
    await expect(rig.readAcquirer()).resolves.toMatchObject({ state: 'unclear' });
  });

  test('JSON of another shape is unclear, an outage is asked again', async () => {
    wire.on(v.READ, { status: 200, json: { hello: 'world' } }, { status: 502 });
    await expect(rig.readAcquirer()).resolves.toMatchObject({ state: 'unclear' });
    expect(await failureOf(rig.readAcquirer())).toMatchObject({ type: 'unavailable', nonRetryable: false });
  });
});

describe('dropPayCancelAcquirerAuthorization', () => {
  test.each<[string, WireAnswer]>([
    ['a yes', CANCELLED],
    ['a yes without a body', { status: 204 }],
    ['a no', { status: 409, json: { code: '299' } }],
    ['a 500', { status: 500 }],
    ['a reset', 'reset'],
  ])('reads what became of it after %s', async (_, answer) => {
    wire.on(v.DELETE, answer).on(v.READ, GRANTED);
    await expect(rig.cancelAcquirer()).resolves.toEqual({ state: 'paid', ...MONEY });
    expect(wire.requests.map(({ method }) => method)).toEqual(['DELETE', 'GET']);
  });

  test('ends as cancelled', async () => {
    wire.on(v.DELETE, CANCELLED).on(v.READ, CANCELLED);
    await expect(rig.cancelAcquirer()).resolves.toMatchObject({ state: 'ended', end: 'cancelled' });
  });

  test('a payment that was never announced is absent without a call', async () => {
    await expect(rig.cancelAcquirer({ providerReference: null })).resolves.toEqual({ state: 'absent' });
    expect(wire.requests).toHaveLength(0);
  });
});
