import { randomUUID } from 'node:crypto';
import {
  LATE_WORKFLOW,
  lateWorkflowIdOf,
  providerEventSignal,
  recheckUpdate,
  resolveUpdate,
} from '../../src/contract/workflow';
import { type Payment, type ProviderId, referenceAtProvider } from '../../src/domain/payment';
import type { Finding, Opening, ProviderCall, SeenRefund } from '../../src/domain/provider-answer';
import { eventually } from '../support/eventually';
import { StoryRig } from './story-rig';

const HOUR = 3_600_000;

/** Of one payment, whatever its provider. */
interface Account {
  finding: (call: ProviderCall) => Finding;
  lookUps: number;
  /** What its backend was told, and the refunds that were handed over. */
  told: { type: string; data: { payment: Payment } }[];
  refunds: SeenRefund[];
}

type Paid = Finding & { state: 'paid' };
const paid = ({ paymentId, amount, currency }: ProviderCall, chargeReference = 'first'): Paid => ({
  state: 'paid',
  amount,
  currency,
  reference: referenceAtProvider(paymentId),
  chargeReference,
});

describe('news that comes when a payment has told its end', () => {
  const accounts = new Map<string, Account>();
  /** Backends that take their time: the payment closes when that is let go. */
  const held = new Map<string, Promise<void>>();
  const account = (id: string): Account => {
    const known = accounts.get(id) ?? {
      finding: () => ({ state: 'open' }),
      lookUps: 0,
      told: [],
      refunds: [],
    };
    accounts.set(id, known);
    return known;
  };
  const open = ({ paymentId }: ProviderCall): Promise<Opening> =>
    Promise.resolve({
      outcome: 'opened',
      providerReference: referenceAtProvider(paymentId),
      nextAction: { type: 'redirect', url: 'https://pay.example/page' },
    });
  const read = (call: ProviderCall): Promise<Finding> => {
    account(call.paymentId).lookUps += 1;
    return Promise.resolve(account(call.paymentId).finding(call));
  };
  const tell = (event: Account['told'][number] & { paymentId: string }) => {
    account(event.paymentId).told.push(event);
    return event.type === 'payment.succeeded'
      ? (held.get(event.paymentId) ?? Promise.resolve())
      : Promise.resolve();
  };
  let rig: StoryRig;
  beforeAll(async () => {
    rig = await StoryRig.start({
      pomeloCreateTransaction: open,
      pomeloGetTransaction: read,
      etPayInitializeSession: open,
      etPayCheckStatus: read,
      deliverEvent: tell,
      queueEvent: tell,
      handOverRefunds: ({ payment }: { payment: Payment }, seen: SeenRefund[]) => {
        account(payment.id).refunds = seen;
        return Promise.resolve();
      },
    });
  });
  afterAll(() => rig.stop());

  async function opened(provider: ProviderId) {
    const request = await rig.request({ provider, notify: true });
    await rig.create(request);
    return { id: request.id, request, fake: account(request.id) };
  }

  /** A payment that has succeeded, and closes when it is let go. */
  async function closing(provider: ProviderId, refunds: SeenRefund[] = []) {
    const payment = await opened(provider);
    let letGo = (): void => undefined;
    held.set(payment.id, new Promise((resolve) => (letGo = resolve)));
    payment.fake.finding = (call) => ({ ...paid(call), refunds });
    await rig.hint(payment.id);
    await rig.until(payment.id, 'succeeded');
    return { ...payment, letGo };
  }

  const signed = (id: string, proven: Finding) => {
    const event = { id: randomUUID(), receivedAt: new Date().toISOString(), statement: 'signed', proven };
    return rig.handle(id).signal(providerEventSignal, event);
  };
  const reviewsOf = ({ told }: Account) =>
    told.filter(({ type }) => type === 'payment.needs_review').map(({ data }) => data.payment);
  /** Events are delivered beside the payment: waits until so many reviews were told. */
  const amountsTold = (fake: Account, count: number) =>
    eventually(
      async () => reviewsOf(fake).map(({ amountReceived }) => amountReceived),
      ({ length }) => length >= count,
    );
  const callOf = (id: string) => ({ paymentId: id, amount: 1250, currency: 'EUR' }) as ProviderCall;

  it('a second charge that is announced while it closes is looked into and told', async () => {
    const { id, fake, letGo } = await closing('etpay');
    fake.finding = (call) => ({ ...paid(call, 'first, second'), amount: 2 * call.amount });
    await signed(id, paid(callOf(id), 'second'));
    letGo();
    expect(await rig.end(id)).toMatchObject({
      status: 'succeeded',
      amountReceived: 2500,
      review: { reason: 'amount_mismatch' },
    });
    expect(reviewsOf(fake)).toHaveLength(1);
  });

  it('a second charge that is signed and not shown by the look-up is told all the same, once', async () => {
    const { id, request, fake, letGo } = await closing('etpay');
    await signed(id, paid(callOf(id), 'second'));
    letGo();
    const ended = await rig.end(id);
    expect(ended).toMatchObject({
      status: 'succeeded',
      amountReceived: 1250,
      review: { reason: 'unexpected_answer' },
    });
    const { payment, private: hidden } = await rig.memo(id);
    const late = await rig.workflows.signalWithStart(LATE_WORKFLOW, {
      workflowId: lateWorkflowIdOf(id),
      taskQueue: 'holdfast',
      args: [{ request, payment, private: hidden }],
      signal: providerEventSignal,
      signalArgs: [
        {
          id: 'again',
          receivedAt: new Date().toISOString(),
          statement: 'signed',
          proven: paid(callOf(id), 'second'),
        },
      ],
    });
    expect(await late.result()).toEqual(ended);
    expect(reviewsOf(fake)).toHaveLength(1);
  });

  it('a second charge that a person has decided about is not told again', async () => {
    const { id, fake } = await opened('etpay');
    fake.finding = (call) => paid(call);
    await signed(id, { ...paid(callOf(id), 'second'), amount: 999 });
    await rig.until(id, 'needs_review', HOUR);
    const decision = { decision: 'succeeded', note: 'seen, sent back', by: 'Ada' } as const;
    await rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded', review: null });
    expect(reviewsOf(fake)).toHaveLength(1);
  });

  it('the success that it ended with is not looked up again when it is announced once more', async () => {
    const { id, fake, letGo } = await closing('etpay');
    const { lookUps } = fake;
    await signed(id, paid(callOf(id), 'first'));
    letGo();
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded', review: null });
    expect(fake.lookUps).toBe(lookUps);
  });

  it('a refund at the dashboard that is announced while it closes is handed over', async () => {
    const { id, fake, letGo } = await closing('pomelo');
    const refund: SeenRefund = { providerReference: 'x', status: 'succeeded', amount: 50 };
    fake.finding = (call) => ({ ...paid(call), refunds: [refund] });
    await rig.hint(id);
    letGo();
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.refunds).toEqual([refund]);
  });

  it('a refund at the dashboard that is turned down while it closes is handed over as gone', async () => {
    const refund: SeenRefund = { providerReference: 'x', status: 'processing', amount: null };
    const { id, fake, letGo } = await closing('pomelo', [refund]);
    await eventually(
      async () => fake.refunds,
      ({ length }) => length > 0,
    );
    fake.finding = (call) => ({ ...paid(call), refunds: [] });
    await rig.hint(id);
    letGo();
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.refunds).toEqual([]);
  });

  it('a review is told when its reason or its amount is news, not with every look-up', async () => {
    const { id, fake } = await opened('pomelo');
    fake.finding = (call) => ({ ...paid(call), amount: 900 });
    await rig.hint(id);
    await rig.until(id, 'needs_review', HOUR);
    const told = (await rig.memo(id)).timeline.length;
    for (let n = 0; n < 5; n += 1) await rig.handle(id).executeUpdate(recheckUpdate);
    expect(await amountsTold(fake, 1)).toEqual([900]);
    const since = (await rig.payment(id)).review?.since;
    expect((await rig.memo(id)).timeline.slice(told).map(({ type }) => type)).toEqual(['recheck']);
    fake.finding = (call) => ({ ...paid(call), amount: 950 });
    expect(await rig.handle(id).executeUpdate(recheckUpdate)).toMatchObject({ amountReceived: 950 });
    expect((await rig.payment(id)).review?.since).not.toBe(since);
    expect(await amountsTold(fake, 2)).toEqual([900, 950]);
  });
});
