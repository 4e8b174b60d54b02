import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import {
  cancelUpdate,
  type ConfirmInput,
  confirmUpdate,
  LATE_WORKFLOW,
  lateWorkflowIdOf,
  type PaymentMemo,
  providerEventSignal,
  recheckUpdate,
  resolveUpdate,
} from '../../src/contract/workflow';
import { type Payment, type ProviderId, referenceAtProvider } from '../../src/domain/payment';
import type {
  Finding,
  Opening,
  ProviderCall,
  ProviderMoney,
  RefundCall,
  Refunding,
  Taking,
} from '../../src/domain/provider-answer';
import { eventually } from '../support/eventually';
import { StoryRig } from './story-rig';

const HOUR = 3_600_000;
const FORM: ConfirmInput = { paymentToken: 'ptok', clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' };

/** One payment at any provider, at the port. */
class FakeAccount {
  /** Instead of opening: an answer, or what never comes because the worker dies. */
  opening: ((call: ProviderCall) => Promise<Opening>) | undefined;
  finding: (call: ProviderCall) => Finding | Promise<Finding> = () => ({ state: 'open' });
  taking: (call: ProviderCall) => Taking = (call) => ({ outcome: 'succeeded', ...money(call) });
  refunding: () => Refunding = () => ({ outcome: 'succeeded' });
  readonly calls: string[] = [];
  readonly refunded: number[] = [];
  readonly refundReferences: string[] = [];
}

const money = (call: { paymentId: string; amount: number; currency: string }) => ({
  amount: call.amount,
  currency: call.currency,
  reference: referenceAtProvider(call.paymentId),
});
const paid = (call: ProviderCall): Finding => ({ state: 'paid', ...money(call) });

describe('the other stories', () => {
  const accounts = new Map<string, FakeAccount>();
  const account = (id: string): FakeAccount => {
    const known = accounts.get(id) ?? new FakeAccount();
    accounts.set(id, known);
    return known;
  };
  const told: { id: string; type: string }[] = [];
  /** Payments whose backend takes its time with events. */
  const held = new Map<string, Promise<void>>();
  const open =
    (nextAction: (Opening & { outcome: 'opened' })['nextAction']) =>
    (call: ProviderCall): Promise<Opening> => {
      const { calls, opening } = account(call.paymentId);
      calls.push('open');
      if (opening) return opening(call);
      const providerReference = referenceAtProvider(call.paymentId);
      return Promise.resolve({ outcome: 'opened', providerReference, nextAction });
    };
  const read = (call: ProviderCall): Promise<Finding> => {
    account(call.paymentId).calls.push('read');
    return Promise.resolve(account(call.paymentId).finding(call));
  };
  const take = (call: ProviderCall): Promise<Taking> => {
    account(call.paymentId).calls.push('take');
    return Promise.resolve(account(call.paymentId).taking(call));
  };
  const tell = (event: { paymentId: string; type: string; id: string }) => {
    told.push({ id: event.paymentId, type: event.type });
    return held.get(event.paymentId) ?? Promise.resolve();
  };
  let rig: StoryRig;
  beforeAll(async () => {
    const page = { type: 'redirect', url: 'https://pay.example/page' } as const;
    rig = await StoryRig.start({
      payerMaxApplySession: open({
        type: 'dropin',
        sessionKey: 'sk',
        clientKey: 'ck',
        environment: 'sandbox',
      }),
      payerMaxOrderAndPay: take,
      payerMaxOrderQuery: read,
      payerMaxRefund: (call: RefundCall) => {
        account(call.paymentId).calls.push('refund');
        account(call.paymentId).refunded.push(call.amount);
        account(call.paymentId).refundReferences.push(call.refundReference);
        return Promise.resolve(account(call.paymentId).refunding());
      },
      payerMaxRefundQuery: () => Promise.resolve({ state: 'pending' }),
      pomeloCreateTransaction: open(page),
      pomeloGetTransaction: read,
      etPayInitializeSession: open(page),
      etPayCheckStatus: read,
      dropPayCreateAcquirerAuthorization: open({ type: 'confirm' }),
      dropPayGetAcquirerAuthorization: read,
      dropPayCancelAcquirerAuthorization: (call: ProviderCall): Promise<Finding> => {
        account(call.paymentId).calls.push('cancel');
        const ended = { end: 'cancelled', code: 'authorization_ended', message: 'cancelled' } as const;
        return Promise.resolve({ state: 'ended', ...ended });
      },
      dropPayGrantAuthorization: take,
      deliverEvent: tell,
      queueEvent: tell,
      handOverRefunds: (closed: { payment: Payment }) => {
        account(closed.payment.id).calls.push('hand over refunds');
        return Promise.resolve();
      },
    });
  });
  afterAll(() => rig.stop());

  async function opened(provider: ProviderId, expiresInMs?: number) {
    const request = await rig.request(
      { provider, notify: true, customer: { id: 'u', country: 'IT' } },
      expiresInMs,
    );
    const { payment } = await rig.create(request);
    return { id: request.id, request, payment, fake: account(request.id) };
  }
  const codeOf = (update: Promise<unknown>) =>
    update.then(
      () => undefined,
      (error: { cause?: { type?: string } }) => error.cause?.type,
    );
  const confirm = (id: string, input: ConfirmInput = {}) =>
    rig.handle(id).executeUpdate(confirmUpdate, { args: [input] });
  const signed = (id: string, proven: Finding) => {
    const event = { id: randomUUID(), receivedAt: new Date().toISOString(), statement: 'signed', proven };
    return rig.handle(id).signal(providerEventSignal, event);
  };

  describe('droppay-acquirer', () => {
    it('is granted when the backend says that the terminal took the card', async () => {
      const { id, payment, fake } = await opened('droppay-acquirer');
      expect(payment).toMatchObject({ status: 'requires_confirmation', nextAction: { type: 'confirm' } });
      expect(await confirm(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
      expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
    });

    it('looks up a grant whose answer was lost instead of repeating it', async () => {
      const { id, fake } = await opened('droppay-acquirer');
      fake.taking = () => {
        fake.finding = paid;
        return { outcome: 'unknown', detail: 'reset', settledAfter: new Date(0).toISOString() };
      };
      await confirm(id);
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
      expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
    });

    it('is never granted after it expired or was cancelled', async () => {
      const expired = await opened('droppay-acquirer', 60_000);
      expect(await rig.end(expired.id)).toMatchObject({ status: 'expired' });
      const cancelled = await opened('droppay-acquirer');
      expect(await rig.handle(cancelled.id).executeUpdate(cancelUpdate)).toMatchObject({
        status: 'cancelled',
      });
      for (const { fake } of [expired, cancelled]) expect(fake.calls).not.toContain('take');
    });

    it('takes one word of the backend', async () => {
      const { id, fake } = await opened('droppay-acquirer');
      const answers = await Promise.all([codeOf(confirm(id)), codeOf(confirm(id)), codeOf(confirm(id))]);
      expect(answers.filter((code) => code === undefined)).toHaveLength(1);
      await rig.end(id);
      expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
    });
  });

  describe('droppay-acquirer, when the worker dies while the device may grant what it creates', () => {
    const creates = ({ calls }: FakeAccount) => calls.filter((call) => call === 'open').length;
    /** The first call takes the money and is never heard of; its worker lets go of it at the end of the test. */
    async function lost(grants: boolean, expiresInMs?: number) {
      const request = await rig.request({ provider: 'droppay-acquirer' }, expiresInMs);
      const fake = account(request.id);
      const dies = new Promise<never>((_, reject) => deaths.push(() => reject(new Error('the worker died'))));
      dies.catch(() => undefined);
      const unknown = { outcome: 'unknown', detail: 'it may have taken the money' } as const;
      fake.opening = (call) => {
        if (!call.openingLost) return dies;
        const opened = {
          outcome: 'opened',
          providerReference: 'T1',
          nextAction: { type: 'confirm' },
        } as const;
        return Promise.resolve(grants ? unknown : opened);
      };
      fake.finding = () =>
        grants ? { state: 'unclear', detail: 'it may have been taken' } : { state: 'absent' };
      await rig.start(request);
      return { id: request.id, fake };
    }
    const deaths: (() => void)[] = [];
    let granted: Awaited<ReturnType<typeof lost>>;
    let overBeforeTheNextCall: typeof granted;
    let harmless: typeof granted;
    // Time is not skipped while an activity runs: they wait for its end together.
    beforeAll(async () => {
      [granted, overBeforeTheNextCall, harmless] = [
        await lost(true),
        await lost(true, 47_000),
        await lost(false),
      ];
    });
    afterAll(() => deaths.forEach((letGo) => letGo()));

    it('a person finds out whether the money was taken: nothing takes it twice, nothing forgets it', async () => {
      const { id, fake } = granted;
      expect(await rig.until(id, 'needs_review', 600_000)).toMatchObject({
        review: { reason: 'outcome_unknown' },
        amountReceived: 0,
      });
      // The second answered without a call, because it was told of the first.
      expect(creates(fake)).toBe(2);
      const decision = { decision: 'succeeded', note: 'in their books', by: 'ada' } as const;
      await rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
    });

    it('cannot be cancelled or expire as if nothing had happened', async () => {
      const { id, fake } = overBeforeTheNextCall;
      expect(await rig.until(id, 'needs_review', 600_000)).toMatchObject({
        review: { reason: 'outcome_unknown' },
      });
      expect(creates(fake)).toBe(1);
    });

    it('is opened again where creating takes nothing', async () => {
      const { id, fake } = harmless;
      expect(await rig.until(id, 'requires_confirmation', 600_000)).toMatchObject({
        providerReference: 'T1',
      });
      expect(creates(fake)).toBe(2);
    });
  });

  describe('payermax', () => {
    it('orders with the token of the form', async () => {
      const { id, payment } = await opened('payermax');
      expect(payment.nextAction).toMatchObject({ type: 'dropin', sessionKey: 'sk' });
      expect(await confirm(id, FORM)).toMatchObject({ status: 'succeeded' });
    });

    it('sends the payer on for 3-D Secure and waits for the end', async () => {
      const { id, fake } = await opened('payermax');
      const step = { type: 'redirect', url: 'https://3ds.example' } as const;
      fake.taking = () => ({ outcome: 'pending', nextAction: step });
      expect(await confirm(id, FORM)).toMatchObject({ status: 'requires_action', nextAction: step });
      expect(await codeOf(rig.handle(id).executeUpdate(cancelUpdate))).toBe('not_cancellable');
      fake.finding = paid;
      await rig.hint(id);
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    });

    it('needs nobody to stop before it has ordered', async () => {
      const { id, fake } = await opened('payermax');
      expect(await rig.handle(id).executeUpdate(cancelUpdate)).toMatchObject({ status: 'cancelled' });
      const quiet = await opened('payermax', 60_000);
      expect(await rig.end(quiet.id)).toMatchObject({ status: 'expired' });
      expect([...fake.calls, ...quiet.fake.calls]).not.toContain('take');
    });

    it('is not ordered a second time when the first order never turned up', async () => {
      const { id, fake } = await opened('payermax', HOUR / 2);
      const settledAfter = new Date((await rig.env.currentTimeMs()) + 4 * HOUR).toISOString();
      fake.taking = () => ({ outcome: 'unknown', detail: 'reset', settledAfter });
      fake.finding = () => ({ state: 'absent' });
      await confirm(id, FORM);
      expect(await rig.end(id)).toMatchObject({ status: 'expired', amountReceived: 0 });
      expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
    });

    it('is watched after its first order never turned up, and a payment found then goes to a person', async () => {
      const { id, fake } = await opened('payermax', HOUR / 2);
      const settledAfter = new Date((await rig.env.currentTimeMs()) + HOUR).toISOString();
      fake.taking = () => ({ outcome: 'unknown', detail: 'reset', settledAfter });
      // Until then the order may still appear, and "no such order" ends nothing.
      fake.finding = () => ({ state: 'absent' });
      await confirm(id, FORM);
      await rig.env.sleep(HOUR - 60_000);
      expect(await rig.payment(id)).toMatchObject({ status: 'processing' });
      expect(await codeOf(rig.handle(id).executeUpdate(cancelUpdate))).toBe('not_cancellable');
      await rig.until(id, 'expired', HOUR);
      await rig.env.sleep(20 * HOUR);
      fake.finding = paid;
      expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
        review: { reason: 'paid_after_end' },
        amountReceived: 1250,
      });
      expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
    });

    it('an order that is answered as pending is never ended because the provider does not show it', async () => {
      const { id, fake } = await opened('payermax', HOUR / 2);
      fake.taking = () => ({ outcome: 'pending' });
      fake.finding = () => ({ state: 'absent' });
      await confirm(id, FORM);
      // Well after the order's life and all margins.
      await rig.env.sleep(3 * HOUR);
      expect(await rig.payment(id)).toMatchObject({ status: 'processing' });
      fake.finding = paid;
      await rig.hint(id);
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
      expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
    });

    it('gives the money back when a person decides so', async () => {
      const { id, fake } = await opened('payermax');
      fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
      expect(await confirm(id, FORM)).toMatchObject({ status: 'needs_review', amountReceived: 9999 });
      const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
      expect(await rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] })).toMatchObject({
        status: 'failed',
        failure: { code: 'refunded_after_review' },
        amountRefunded: 9999,
      });
      expect(fake.calls).toContain('refund');
    });
  });

  it.each<[string, Partial<ProviderMoney>, number]>([
    ['less', { amount: 1250 }, 1250],
    ['more', { amount: 20_000 }, 9999],
    ['another currency', { currency: 'USD' }, 9999],
    ['nothing', { amount: 0 }, 9999],
  ])(
    'gives nothing back when the provider now says %s, until somebody decides again',
    async (_what, said, least) => {
      const { id, fake } = await opened('payermax');
      fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
      fake.finding = (call) => ({ state: 'paid', ...money(call), ...said });
      expect(await confirm(id, FORM)).toMatchObject({ status: 'needs_review', amountReceived: 9999 });
      const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
      const decide = () => rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
      expect(await codeOf(decide())).toBe('not_refundable');
      expect(fake.refunded).toEqual([]);
      expect(await rig.payment(id)).toMatchObject({
        status: 'needs_review',
        amountReceived: least,
        review: { detail: expect.stringContaining(`decide again, about ${least} EUR`) },
      });
      await eventually(
        async () => told.filter((event) => event.id === id && event.type === 'payment.needs_review'),
        ({ length }) => length === 2,
      );
      // Neither changes what was told.
      await rig.hint(id);
      await rig.handle(id).executeUpdate(recheckUpdate);
      expect(await rig.payment(id)).toMatchObject({ amountReceived: least });
      expect(await decide()).toMatchObject({
        status: 'failed',
        amountReceived: least,
        amountRefunded: least,
      });
      expect(fake.refunded).toEqual([least]);
    },
  );

  it('gives nothing back when the provider says less each time, or cannot be asked', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    await confirm(id, FORM);
    const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
    const decide = () => rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
    const answers: ((call: ProviderCall) => Finding | Promise<Finding>)[] = [
      () => Promise.reject(ApplicationFailure.nonRetryable('HTTP 401', 'unauthenticated')),
      () => ({ state: 'unclear', detail: 'status SOMETHING' }),
      (call) => ({ state: 'paid', ...money(call), amount: 1250 }),
      (call) => ({ state: 'paid', ...money(call), amount: 500 }),
    ];
    for (const answer of answers) {
      fake.finding = answer;
      expect(await codeOf(decide())).toBe('not_refundable');
    }
    expect(fake.refunded).toEqual([]);
    expect(await decide()).toMatchObject({ status: 'failed', amountRefunded: 500 });
    expect(fake.refunded).toEqual([500]);
  });

  it('sends a refund after a review once, however often it is asked for and whatever became of it', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    fake.refunding = () => ({ outcome: 'unknown', detail: 'reset' });
    await confirm(id, FORM);
    const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
    const decide = () => codeOf(rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] }));
    await Promise.all([decide(), decide(), decide()]);
    expect(await decide()).toBe('nothing_to_resolve');
    expect(
      await codeOf(
        rig.handle(id).executeUpdate(resolveUpdate, { args: [{ ...decision, decision: 'succeeded' }] }),
      ),
    ).toBe('nothing_to_resolve');
    expect(fake.calls.filter((call) => call === 'refund')).toHaveLength(1);
  });

  it('takes no other decision once the money is to be given back', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    await confirm(id, FORM);
    let answer = (_finding: Finding): void => undefined;
    const asked = new Promise<Finding>((resolve) => (answer = resolve));
    const lookUps = () => fake.calls.filter((call) => call === 'read').length;
    const before = lookUps();
    fake.finding = () => asked;
    await rig.hint(id);
    await eventually(
      async () => lookUps(),
      (count) => count > before,
    );
    const decisionTo = (decision: 'refund' | 'failed') => ({ decision, note: 'wrong', by: 'ada' });
    const refund = await rig
      .handle(id)
      .startUpdate(resolveUpdate, { args: [decisionTo('refund')], waitForStage: 'ACCEPTED' });
    expect(await codeOf(rig.handle(id).executeUpdate(resolveUpdate, { args: [decisionTo('failed')] }))).toBe(
      'nothing_to_resolve',
    );
    answer({ state: 'open' });
    expect(await refund.result()).toMatchObject({ failure: { code: 'refunded_after_review' } });
  });

  it('gives back what was decided, whatever a question says that was asked before', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    await confirm(id, FORM);
    let answer = (_finding: Finding): void => undefined;
    fake.finding = () => new Promise<Finding>((resolve) => (answer = resolve));
    const lookUps = () => fake.calls.filter((call) => call === 'read').length;
    const before = lookUps();
    await rig.hint(id);
    await eventually(
      async () => lookUps(),
      (count) => count > before,
    );
    const refund = await rig.handle(id).startUpdate(resolveUpdate, {
      args: [{ decision: 'refund', note: 'wrong amount', by: 'ada' }],
      waitForStage: 'ACCEPTED',
    });
    fake.finding = (call) => ({ state: 'paid', ...money(call), amount: 20_000 });
    answer({ state: 'paid', amount: 20_000, currency: 'EUR', reference: referenceAtProvider(id) });
    expect(await codeOf(refund.result())).toBe('not_refundable');
    expect(fake.refunded).toEqual([]);
    expect(await rig.payment(id)).toMatchObject({ status: 'needs_review', amountReceived: 9999 });
  });

  it('sends a refund after a review that failed again under a reference of its own', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    await confirm(id, FORM);
    const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
    const decide = () => rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
    fake.refunding = () => ({ outcome: 'declined', message: 'no balance' });
    expect(await codeOf(decide())).toBe('not_refundable');
    // Whoever decided may have gone by then, so the backend is told too.
    const types = () => told.filter((event) => event.id === id).map(({ type }) => type);
    await eventually(
      async () => types().filter((type) => type === 'payment.needs_review'),
      ({ length }) => length === 2,
    );
    fake.refunding = () => ({ outcome: 'succeeded' });
    expect(await decide()).toMatchObject({ failure: { code: 'refunded_after_review' } });
    const reference = `${referenceAtProvider(id)}review`;
    expect(fake.refundReferences).toEqual([reference, `${reference}2`]);
  });

  it('asks a silent provider ever less, and one that answers again as often as ever', async () => {
    const request = await rig.request({ provider: 'pomelo' }, 4 * HOUR);
    const fake = account(request.id);
    const silence = () => Promise.reject(new Error('no answer'));
    /** After 5, 10, 20, 40, 80, 160 and 300 s, each time twice; at gaps of at most 100 s it would be 26 calls. */
    const inQuarterOfAnHour = async () => {
      const before = fake.calls.length;
      await rig.env.sleep(HOUR / 4);
      return fake.calls.length - before;
    };
    fake.opening = silence;
    await rig.start(request);
    const opens = await inQuarterOfAnHour();
    expect(opens).toBeGreaterThan(11);
    expect(opens).toBeLessThan(20);
    fake.opening = undefined;
    await rig.until(request.id, 'requires_action', 310_000);
    const reads = () => fake.calls.filter((call) => call === 'read').length;
    await rig.env.sleep(60_000);
    expect(reads()).toBeGreaterThan(2);

    fake.finding = silence;
    expect(await inQuarterOfAnHour()).toBeLessThan(20);
    fake.finding = () => ({ state: 'open' });
    await rig.env.sleep(310_000);
    const before = reads();
    await rig.env.sleep(HOUR / 6);
    // Every 100 s; in silence it would be twice.
    expect(reads() - before).toBeGreaterThan(4);
  });

  describe.each(['pomelo', 'etpay'] as const)('%s', (provider) => {
    it('succeeds when a look-up says so', async () => {
      const { id, fake } = await opened(provider);
      fake.finding = paid;
      await rig.hint(id);
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
      expect(told.filter((event) => event.id === id).map(({ type }) => type)).toEqual([
        'payment.requires_action',
        'payment.succeeded',
      ]);
    });

    it('cannot be cancelled, expires, and is watched: a late payment goes to a person', async () => {
      const { id, fake } = await opened(provider);
      expect(await codeOf(rig.handle(id).executeUpdate(cancelUpdate))).toBe('not_cancellable');
      await rig.until(id, 'expired', HOUR);
      await rig.env.sleep(20 * HOUR);
      fake.finding = paid;
      expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
        review: { reason: 'paid_after_end' },
        amountReceived: 1250,
      });
    });

    it('closes when the watch is over', async () => {
      const { id } = await opened(provider);
      expect(await rig.end(id)).toMatchObject({ status: 'expired' });
    });
  });

  it('goes on looking after late truth ended a review as failed, and finds a payment all the same', async () => {
    const { id, fake } = await opened('pomelo');
    fake.finding = () => ({ state: 'unclear', detail: 'a status of their own' });
    expect(await rig.until(id, 'needs_review', 3 * HOUR)).toMatchObject({
      review: { reason: 'unexpected_answer' },
    });
    fake.finding = () => ({ state: 'ended', end: 'failed', code: 'declined', message: 'no' });
    await rig.hint(id);
    expect(await rig.until(id, 'failed', HOUR)).toMatchObject({ review: null, amountReceived: 0 });
    fake.finding = paid;
    expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
      review: { reason: 'paid_after_end' },
      amountReceived: 1250,
    });
  });

  it('looks once more when a callback comes while it is closing', async () => {
    const { id, fake } = await opened('droppay-acquirer');
    let release = (): void => undefined;
    held.set(id, new Promise((resolve) => (release = resolve)));
    await rig.handle(id).executeUpdate(cancelUpdate);
    expect(await rig.payment(id)).toMatchObject({ status: 'cancelled' });
    const lookUps = fake.calls.filter((call) => call === 'read').length;
    fake.finding = paid;
    await rig.hint(id);
    expect(fake.calls.filter((call) => call === 'read')).toHaveLength(lookUps);
    release();
    expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
      review: { reason: 'paid_after_end' },
      amountReceived: 1250,
    });
  });

  describe('etpay callbacks', () => {
    it('a signed failure ends it when no success shows, and a later success goes to a person', async () => {
      const { id, fake } = await opened('etpay');
      await signed(id, { state: 'ended', end: 'failed', code: 'declined', message: 'error' });
      expect(await rig.until(id, 'failed')).toMatchObject({ failure: { code: 'declined' } });
      fake.finding = paid;
      expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
        review: { reason: 'paid_after_end' },
      });
    });

    it('a signed success counts only when a look-up shows it; otherwise a person decides at the end', async () => {
      const { id, request } = await opened('etpay');
      await signed(id, { state: 'paid', ...money({ ...request, paymentId: id }) });
      await rig.env.sleep(60_000);
      expect(await rig.payment(id)).toMatchObject({ status: 'requires_action' });
      expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
        review: { reason: 'unexpected_answer' },
      });
    });

    it('a signed success of another amount goes to a person, even when a look-up shows the right one', async () => {
      const { id, request, fake } = await opened('etpay');
      fake.finding = paid;
      await signed(id, { state: 'paid', ...money({ ...request, paymentId: id }), amount: 999 });
      expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
        review: { reason: 'amount_mismatch' },
      });
    });

    it('a signed success after the end that no look-up ever shows goes to a person', async () => {
      const { id, request } = await opened('etpay');
      await rig.until(id, 'expired', HOUR);
      await signed(id, { state: 'paid', ...money({ ...request, paymentId: id }) });
      expect(await rig.until(id, 'needs_review', 60 * HOUR, HOUR)).toMatchObject({
        review: { reason: 'unexpected_answer' },
      });
    });

    it('a signed success of another amount goes to a person', async () => {
      const { id, request } = await opened('etpay');
      await signed(id, { state: 'paid', ...money({ ...request, paymentId: id }), amount: 1 });
      expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
        review: { reason: 'amount_mismatch' },
      });
    });
  });

  describe('callbacks after the end', () => {
    async function lateOf(id: string, request: Awaited<ReturnType<typeof opened>>['request']) {
      const memo = await rig.memo(id);
      return rig.workflows.start(LATE_WORKFLOW, {
        workflowId: lateWorkflowIdOf(id),
        taskQueue: 'holdfast',
        args: [{ request, payment: memo.payment, private: memo.private }],
      });
    }

    it('raise a review when the truth has changed, which a person resolves', async () => {
      const { id, request, fake } = await opened('pomelo');
      await rig.end(id);
      fake.finding = paid;
      const late = await lateOf(id, request);
      for (let tries = 0; tries < 20; tries += 1) {
        const { payment } = (await late.describe()).memo as unknown as PaymentMemo & { payment?: Payment };
        if (payment?.status === 'needs_review') break;
        await rig.env.sleep(1_000);
      }
      const decision = { decision: 'succeeded', note: 'shipped', by: 'ada' } as const;
      expect(await late.executeUpdate(resolveUpdate, { args: [decision] })).toMatchObject({
        status: 'succeeded',
      });
      expect(await late.result()).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
    });

    it('open nothing again after the money was given back', async () => {
      const { id, request, fake } = await opened('payermax');
      fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
      await confirm(id, FORM);
      const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
      await rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
      const ended = await rig.end(id);
      expect(ended).toMatchObject({ status: 'failed', failure: { code: 'refunded_after_review' } });
      fake.finding = paid;
      const lookUps = fake.calls.filter((call) => call === 'read').length;
      const late = await lateOf(id, request);
      expect(await late.result()).toEqual(ended);
      expect(fake.calls.filter((call) => call === 'read').length).toBeGreaterThan(lookUps);
      expect(fake.calls.filter((call) => call === 'refund')).toHaveLength(1);
      const reviews = told.filter((event) => event.id === id && event.type === 'payment.needs_review');
      expect(reviews).toHaveLength(1);
    });

    it('leave it as it was when nothing has changed', async () => {
      const { id, request } = await opened('pomelo');
      await rig.end(id);
      const late = await lateOf(id, request);
      expect(await late.executeUpdate(recheckUpdate)).toMatchObject({ status: 'expired' });
      expect(await late.result()).toMatchObject({ status: 'expired', review: null });
    });

    it('hand over refunds that the dashboard made', async () => {
      const { id, request, fake } = await opened('pomelo');
      fake.finding = paid;
      await rig.hint(id);
      await rig.end(id);
      fake.finding = (call) => ({
        ...(paid(call) as Finding & { state: 'paid' }),
        refunds: [{ providerReference: 'x', status: 'succeeded', amount: null }],
      });
      const late = await lateOf(id, request);
      expect(await late.result()).toMatchObject({ status: 'succeeded' });
      expect(fake.calls).toContain('hand over refunds');
    });
  });
});
