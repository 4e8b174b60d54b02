import { ApplicationFailure } from '@temporalio/common';
import {
  cancelUpdate,
  confirmUpdate,
  createUpdate,
  recheckUpdate,
  resolveUpdate,
} from '../../src/contract/workflow';
import type { Finding, ProviderCall, Taking } from '../../src/domain/provider-answer';
import { FakeDropPay } from './fake-droppay';
import { StoryRig } from './story-rig';

const HOUR = 3_600_000;
const lost = (at: number): Taking => ({
  outcome: 'unknown',
  detail: 'connection reset',
  settledAfter: new Date(at).toISOString(),
});

describe('a DropPay POS payment', () => {
  const dropPay = new FakeDropPay();
  let rig: StoryRig;
  beforeAll(async () => {
    rig = await StoryRig.start({ ...dropPay });
  });
  afterAll(() => rig.stop());

  async function opened(expiresInMs?: number) {
    const request = await rig.request({}, expiresInMs);
    const answer = await rig.create(request);
    return { id: request.id, request, answer, fake: dropPay.of(request.id) };
  }

  /** A charge was lost, and look-ups say what nobody understands. */
  async function underReview() {
    const { id, fake } = await opened();
    fake.next('charge', () => lost(0));
    fake.next('read', (call) => fake.finding(call));
    fake.next('read', () => ({ state: 'unclear', detail: 'status SOMETHING' }), 5);
    fake.state = 'granted';
    await rig.hint(id);
    return { id, fake, payment: await rig.until(id, 'needs_review') };
  }

  const codeOf = async (update: Promise<unknown>) => {
    const error = await update.then(
      () => undefined,
      (reason: unknown) => reason as { cause?: { type?: string } },
    );
    return error?.cause?.type;
  };

  it('answers with the link, charges after the payer agreed, and tells its timeline', async () => {
    const { id, answer, fake } = await opened();
    expect(answer.payment).toMatchObject({
      status: 'requires_action',
      nextAction: { type: 'redirect', url: 'https://dp.example/10/CHT' },
      amountReceived: 0,
    });
    fake.state = 'granted';
    await rig.hint(id);
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250, nextAction: null });
    expect(fake.charges).toBe(1);
    const { timeline } = await rig.memo(id);
    expect(timeline.map(({ type }) => type)).toEqual([
      'requested',
      'opened',
      'callback',
      'authorized',
      'collecting',
      'succeeded',
    ]);
  });

  it('finds a grant whose callback was lost', async () => {
    const { id, fake } = await opened();
    fake.state = 'granted';
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.charges).toBe(1);
  });

  it('finds a lost callback within 120 s in the first hour', async () => {
    const { id, fake } = await opened(HOUR);
    for (let waited = 0; waited < 30 * 60_000; waited += 60_000) await rig.env.sleep(60_000);
    const reads = fake.calls.length;
    fake.state = 'granted';
    await rig.until(id, 'succeeded', 120_000);
    expect(fake.calls.length).toBeGreaterThan(reads);
  });

  it('charges once however often and in which order callbacks come', async () => {
    const { id, fake } = await opened();
    await Promise.all(['GRANTED', 'WAITING', 'GRANTED', 'GRANTED', 'WAITING'].map((s) => rig.hint(id, s, s)));
    fake.state = 'granted';
    await Promise.all(['WAITING', 'GRANTED', 'GRANTED'].map((s) => rig.hint(id, s, s)));
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.charges).toBe(1);
  });

  it('does not charge on a callback that the provider contradicts', async () => {
    const { id, fake } = await opened();
    await rig.hint(id);
    await rig.env.sleep(60_000);
    expect(await rig.payment(id)).toMatchObject({ status: 'requires_action' });
    expect(fake.calls).not.toContain('charge');
  });

  it('fails when the payer refuses', async () => {
    const { id, fake } = await opened();
    fake.state = 'refused';
    await rig.hint(id, 'REFUSED');
    expect(await rig.end(id)).toMatchObject({ status: 'failed', failure: { code: 'payer_refused' } });
  });

  it('asks and undoes at the provider when nobody acts, then expires', async () => {
    const { id, fake } = await opened();
    expect(await rig.end(id)).toMatchObject({ status: 'expired', amountReceived: 0 });
    expect(fake.calls.at(-1)).toBe('cancel');
  });

  it('charges a payer who agrees while the payment is being undone', async () => {
    const { id, fake } = await opened();
    fake.next('cancel', (call) => {
      fake.state = 'granted';
      return fake.finding(call);
    });
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.charges).toBe(1);
  });

  it('cancels before the payer agreed', async () => {
    const { id } = await opened();
    expect(await rig.handle(id).executeUpdate(cancelUpdate)).toMatchObject({ status: 'cancelled' });
    expect(await rig.end(id)).toMatchObject({ status: 'cancelled' });
  });

  it('never charges after a cancellation, even when the payer had agreed', async () => {
    const { id, fake } = await opened();
    fake.state = 'granted';
    expect(await rig.handle(id).executeUpdate(cancelUpdate)).toMatchObject({ status: 'cancelled' });
    expect(await rig.end(id)).toMatchObject({ status: 'cancelled' });
    expect(fake.calls).not.toContain('charge');
  });

  describe('when the answer to the charge is missing', () => {
    it('succeeds by look-up when the money had moved, and never sends it again', async () => {
      const { id, fake } = await opened();
      const now = await rig.env.currentTimeMs();
      fake.next('charge', (call) => {
        fake.charge(call);
        return lost(now + 240_000);
      });
      fake.state = 'granted';
      await rig.hint(id);
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
      expect(fake.calls.filter((call) => call === 'charge')).toHaveLength(1);
    });

    it('charges again only after the pay token has certainly lapsed', async () => {
      const { id, fake } = await opened();
      const settledAt = (await rig.env.currentTimeMs()) + 240_000;
      fake.next('charge', () => lost(settledAt));
      fake.next('charge', async (call) => {
        expect(await rig.env.currentTimeMs()).toBeGreaterThan(settledAt);
        return fake.charge(call);
      });
      fake.state = 'granted';
      await rig.hint(id);
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
      expect(fake.charges).toBe(1);
      expect(fake.calls.filter((call) => call === 'charge')).toHaveLength(2);
    });

    it('treats a worker that did not report back alike', async () => {
      const { id, fake } = await opened();
      fake.next('charge', (call) => {
        fake.charge(call);
        throw new Error('the worker died');
      });
      fake.state = 'granted';
      await rig.hint(id);
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
      expect(fake.charges).toBe(1);
    });

    it('refuses to cancel, needs a review after the last look-up, and is resolved by a named person', async () => {
      const { id, fake } = await opened();
      const now = await rig.env.currentTimeMs();
      fake.next('charge', () => lost(now + 240_000));
      fake.next('read', (call) => fake.finding(call));
      fake.next('read', () => Promise.reject(new Error('out of reach')), 10_000);
      fake.state = 'granted';
      await rig.hint(id);
      await rig.until(id, 'processing');
      expect(await codeOf(rig.handle(id).executeUpdate(cancelUpdate))).toBe('not_cancellable');
      const payment = await rig.until(id, 'needs_review', 50 * HOUR, HOUR);
      expect(payment.review).toMatchObject({ reason: 'outcome_unknown' });
      const resolved = await rig.handle(id).executeUpdate(resolveUpdate, {
        args: [{ decision: 'failed', note: 'not in the books', by: 'ada' }],
      });
      expect(resolved).toMatchObject({
        status: 'failed',
        failure: { code: 'resolved_as_failed' },
        review: null,
      });
      expect(await rig.end(id)).toEqual(resolved);
    });

    it('asks a person when the provider keeps answering what nobody understands', async () => {
      const { payment } = await underReview();
      expect(payment.review).toMatchObject({ reason: 'unexpected_answer' });
    });

    it('finds late truth under review when somebody asks', async () => {
      const { id, fake } = await opened();
      fake.next('charge', (call) => {
        fake.charge(call);
        return lost(Date.parse('2100-01-01'));
      });
      fake.next('read', (call) => ({ ...fake.finding(call), state: 'authorized' }) as Finding);
      fake.next('read', () => Promise.reject(new Error('out of reach')), 10_000);
      fake.state = 'granted';
      await rig.hint(id);
      await rig.until(id, 'needs_review', 50 * HOUR, HOUR);
      fake.heal();
      expect(await rig.handle(id).executeUpdate(recheckUpdate)).toMatchObject({
        status: 'succeeded',
        review: null,
      });
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
      expect(fake.charges).toBe(1);
    });

    it('asks under review until the provider answers, and then no more', async () => {
      const { id, fake } = await underReview();
      const reads = () => fake.calls.filter((call) => call === 'read').length;
      const asked = reads();
      fake.next('read', () => Promise.reject(new Error('out of reach')), 9);
      fake.next('read', () => ({ state: 'unclear', detail: 'status SOMETHING ELSE' }));
      await rig.hint(id);
      await rig.env.sleep(2 * HOUR);
      const inVain = reads() - asked;
      expect(inVain).toBeGreaterThan(1);
      await rig.env.sleep(2 * HOUR);
      expect(reads() - asked).toBe(inVain);
      fake.next('read', () => Promise.reject(new Error('out of reach')), 4);
      fake.next('read', (call) => ({ ...fake.finding(call), state: 'paid' }) as Finding);
      await rig.hint(id);
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded', review: null });
    });
  });

  it('survives a provider that is down for an hour, and charges once', async () => {
    const { id, fake } = await opened(2 * HOUR);
    const upAgain = (await rig.env.currentTimeMs()) + HOUR;
    const down = async () => {
      if ((await rig.env.currentTimeMs()) >= upAgain) fake.heal();
      throw new Error('out of reach');
    };
    fake.next('read', down, 1_000);
    fake.state = 'granted';
    await rig.hint(id);
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.charges).toBe(1);
  });

  it('tries again when the charge never left, until it does', async () => {
    const { id, fake } = await opened();
    fake.next('charge', () => ({ outcome: 'not_sent', detail: 'connection refused' }), 4);
    fake.state = 'granted';
    await rig.hint(id);
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.calls.filter((call) => call === 'charge')).toHaveLength(5);
    expect(fake.charges).toBe(1);
  });

  it('asks a person when the amount is not what was asked for', async () => {
    const { id, fake } = await opened();
    fake.state = 'granted';
    fake.amount = 9999;
    await rig.hint(id);
    const payment = await rig.until(id, 'needs_review');
    expect(payment.review).toMatchObject({ reason: 'amount_mismatch' });
    expect(fake.charges).toBe(0);
  });

  it('answers a repeated create with the first answer, whatever became of the payment', async () => {
    const { id, request, answer, fake } = await opened();
    fake.amount = 9999;
    fake.state = 'granted';
    await rig.hint(id);
    await rig.until(id, 'needs_review');
    expect(await rig.create({ ...request, requestId: 'another', description: 'Three tickets' })).toEqual(
      answer,
    );
    expect(fake.calls.filter((call) => call === 'create')).toHaveLength(1);
  });

  it('is cancelled before the provider ever knew of it', async () => {
    const request = await rig.request();
    const fake = dropPay
      .of(request.id)
      .next('create', () => Promise.reject(new Error('out of reach')), 1_000);
    const payment = await rig.start(request);
    expect(await payment.executeUpdate(cancelUpdate)).toMatchObject({ status: 'cancelled' });
    expect(await rig.end(request.id)).toMatchObject({ status: 'cancelled', providerReference: null });
    expect(fake.calls).not.toContain('read');
  });

  it('is cancelled by a cancellation that comes with its first workflow task', async () => {
    const request = await rig.request();
    dropPay.of(request.id).next('create', () => Promise.reject(new Error('out of reach')), 1_000);
    expect(await rig.startWith(cancelUpdate, request)).toMatchObject({ status: 'cancelled' });
  });

  it('expires when the provider cannot be reached until then', async () => {
    const request = await rig.request();
    dropPay.of(request.id).next('create', () => Promise.reject(new Error('out of reach')), 1_000);
    const payment = await rig.start(request);
    const first = await payment.startUpdate(createUpdate, { waitForStage: 'ACCEPTED' });
    await rig.until(request.id, 'expired', HOUR);
    expect((await first.result()).payment).toMatchObject({ status: 'processing' });
  });

  it('fails when the provider refuses the request', async () => {
    const request = await rig.request();
    dropPay.of(request.id).next('create', () => {
      throw ApplicationFailure.nonRetryable('DropPay refused the request: 400 code 202', 'invalid_request');
    });
    expect((await rig.create(request)).payment).toMatchObject({
      status: 'failed',
      failure: { code: 'provider_refused_request', message: expect.stringContaining('400') },
    });
  });

  it('ends as its grant ends, when it was never charged', async () => {
    const { id, fake } = await opened();
    fake.next('charge', () => {
      fake.state = 'expired';
      return {
        outcome: 'declined',
        end: 'expired',
        code: 'authorization_ended',
        message: 'the grant lapsed',
      };
    });
    fake.state = 'granted';
    await rig.hint(id);
    expect(await rig.end(id)).toMatchObject({ status: 'expired', amountReceived: 0, failure: null });
  });

  it('reports money that is found after the end', async () => {
    const { id, fake } = await opened();
    fake.state = 'granted';
    await rig.handle(id).executeUpdate(cancelUpdate);
    fake.charges = 1;
    const payment = await rig.until(id, 'needs_review');
    expect(payment).toMatchObject({ review: { reason: 'paid_after_end' }, amountReceived: 1250 });
    const resolution = { decision: 'succeeded', note: 'the ticket was sent', by: 'ada' } as const;
    await rig.handle(id).executeUpdate(resolveUpdate, { args: [resolution] });
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250, review: null });
  });

  it('refuses what makes no sense for it', async () => {
    const { id } = await opened();
    const resolution = { decision: 'succeeded', note: 'n', by: 'ada' } as const;
    expect(await codeOf(rig.handle(id).executeUpdate(confirmUpdate, { args: [{}] }))).toBe('not_confirmable');
    expect(await codeOf(rig.handle(id).executeUpdate(resolveUpdate, { args: [resolution] }))).toBe(
      'nothing_to_resolve',
    );
  });

  it('treats a cancellation in the Temporal UI like one from the backend', async () => {
    const { id } = await opened();
    await rig.handle(id).cancel();
    expect(await rig.end(id)).toMatchObject({ status: 'cancelled' });
  });

  it('rechecks on request', async () => {
    const { id, fake } = await opened();
    fake.state = 'refused';
    expect(await rig.handle(id).executeUpdate(recheckUpdate)).toMatchObject({ status: 'failed' });
  });

  describe('against odd timing', () => {
    /** An answer that is held back until it is let go. */
    function held<T>(answer: () => T): {
      answer: () => Promise<T>;
      asked: Promise<void>;
      release: () => void;
    } {
      let release = () => {};
      let ask = () => {};
      const gate = new Promise<void>((open) => (release = open));
      const asked = new Promise<void>((tell) => (ask = tell));
      return {
        asked,
        release,
        answer: async () => {
          ask();
          await gate;
          return answer();
        },
      };
    }

    it('does not believe an end while a charge that was sent can still be carried out', async () => {
      const { id, fake } = await opened();
      const settledAt = (await rig.env.currentTimeMs()) + 240_000;
      fake.next('charge', () => {
        fake.state = 'expired';
        return lost(settledAt);
      });
      fake.next('read', (call) => ({ ...fake.finding(call) }));
      fake.state = 'granted';
      await rig.hint(id);
      await rig.env.sleep(60_000);
      expect(await rig.payment(id)).toMatchObject({ status: 'processing' });
      fake.charges = 1;
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
    });

    it('takes a look-up for what it was when it was asked, not when it was answered', async () => {
      const { id, fake } = await opened();
      const settledAt = (await rig.env.currentTimeMs()) + 7_000;
      fake.state = 'granted';
      const early = held(() => fake.finding({ paymentId: id, amount: 1250 } as ProviderCall));
      fake.next('read', (call) => fake.finding(call));
      fake.next('read', early.answer);
      fake.next('charge', () => lost(settledAt));
      fake.next('read', (call) => fake.charge(call) && fake.finding(call));
      await rig.hint(id);
      await rig.env.sleep(6_000);
      await early.asked;
      await rig.env.sleep(4_000);
      early.release();
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
      expect(fake.calls.filter((call) => call === 'charge')).toHaveLength(1);
      expect(fake.charges).toBe(1);
    });

    it('stays open for a person when money turns up while it is being resolved as failed', async () => {
      const { id, fake } = await underReview();
      const late = held(() => {
        fake.charges = 1;
        return fake.finding({ paymentId: id, amount: 1250 } as ProviderCall);
      });
      fake.next('read', late.answer);
      const recheck = rig.handle(id).executeUpdate(recheckUpdate);
      await late.asked;
      const resolution = { decision: 'failed', note: 'not in the books', by: 'ada' } as const;
      await rig.handle(id).executeUpdate(resolveUpdate, { args: [resolution] });
      late.release();
      await recheck;
      expect(await rig.until(id, 'needs_review')).toMatchObject({
        review: { reason: 'paid_after_end' },
        amountReceived: 1250,
      });
      await rig.handle(id).executeUpdate(resolveUpdate, { args: [{ ...resolution, decision: 'succeeded' }] });
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
    });

    it('answers who waits for it although somebody cancels it in the Temporal UI', async () => {
      const { id, fake } = await opened();
      fake.next('cancel', () => ({ state: 'open' }), 1_000);
      await rig.handle(id).cancel();
      await rig.until(id, 'processing');
      expect(await rig.handle(id).executeUpdate(recheckUpdate)).toMatchObject({ status: 'processing' });
      fake.heal();
      expect(await rig.end(id)).toMatchObject({ status: 'cancelled' });
    });

    it('asks again for a callback that came during the look-up that led to a review', async () => {
      const { id, fake } = await opened();
      fake.state = 'granted';
      const last = held((): Finding => ({ state: 'unclear', detail: 'status SOMETHING' }));
      fake.next('read', (call) => fake.finding(call));
      fake.next('charge', () => lost(0));
      fake.next('read', () => ({ state: 'unclear', detail: 'status SOMETHING' }), 4);
      fake.next('read', last.answer);
      await rig.hint(id);
      await rig.env.sleep(90_000);
      await Promise.all([last.asked, rig.env.sleep(60_000)]);
      await rig.hint(id);
      fake.charges = 1;
      last.release();
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    });

    it('tells a person that the provider took another amount, also under review', async () => {
      const { id, fake } = await opened();
      fake.state = 'granted';
      fake.next('read', (call) => fake.finding(call));
      fake.next('charge', () => lost(0));
      fake.next('read', () => ({ state: 'unclear', detail: 'status SOMETHING' }), 5);
      await rig.hint(id);
      await rig.until(id, 'needs_review');
      fake.charges = 1;
      fake.amount = 2500;
      expect(await rig.handle(id).executeUpdate(recheckUpdate)).toMatchObject({
        status: 'needs_review',
        review: { reason: 'amount_mismatch' },
        amountReceived: 2500,
      });
    });

    it('charges a payer who agreed in time although nobody could ask before it expired', async () => {
      const { id, fake } = await opened(60_000);
      fake.state = 'granted';
      fake.next('read', () => Promise.reject(new Error('out of reach')), 30);
      expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
      expect(fake.calls).not.toContain('cancel');
    });

    it('does not charge hours after it expired', async () => {
      const { id, fake } = await opened(60_000);
      fake.state = 'granted';
      fake.next('charge', () => ({ outcome: 'not_sent', detail: 'connection refused' }), 10_000);
      await rig.hint(id);
      expect(await rig.until(id, 'expired', 4 * HOUR, 60_000)).toMatchObject({ amountReceived: 0 });
      fake.heal();
      fake.state = 'expired';
      expect(await rig.end(id)).toMatchObject({ status: 'expired' });
      expect(fake.charges).toBe(0);
    });

    it('leaves room for a decision however often it is rechecked', async () => {
      const { id } = await opened();
      for (let batch = 0; batch < 20; batch += 1) {
        await Promise.all(Array.from({ length: 50 }, () => rig.handle(id).executeUpdate(recheckUpdate)));
      }
      expect(await codeOf(rig.handle(id).executeUpdate(recheckUpdate))).toBe('rate_limited');
    });

    it('refuses to be started with what is no payment', async () => {
      const wrong = { ...(await rig.request()), currency: 'eur' };
      await rig.start(wrong);
      await expect(rig.end(wrong.id)).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
    });
  });
});
