import {
  type ClosedPayment,
  LATE_WORKFLOW,
  lateWorkflowIdOf,
  type PaymentMemo,
  recheckUpdate,
  type ResolveInput,
  resolveUpdate,
} from '../../src/contract/workflow';
import { newPayment, type Payment, type ProviderId, PROVIDERS } from '../../src/domain/payment';
import type { Finding, ProviderCall } from '../../src/domain/provider-answer';
import type { FakeDropPay } from '../workflows/fake-droppay';
import type { StoryRig } from '../workflows/story-rig';
import { type FakeAccounts, moneyOf } from './fake-accounts';
import {
  expired,
  failedWith,
  notForHours,
  type Outcome,
  type Outcomes,
  outOfReach,
  paid,
  unclear,
} from './outcome';

/** Where a callback comes for a payment that has closed. */
export class LateStage {
  constructor(
    readonly rig: StoryRig,
    readonly accounts: FakeAccounts,
    private readonly dropPay: FakeDropPay,
  ) {}

  /** A callback for a payment of which the provider now says this. */
  async calledBack(
    provider: ProviderId,
    end: Partial<Payment> & Pick<Payment, 'status'>,
    finding: (call: ProviderCall) => Finding,
  ): Promise<string> {
    const request = await this.rig.request({ provider, notify: true });
    this.accounts.of(request.id).finding = finding;
    this.dropPay.of(request.id).next('read', finding, 1_000);
    const payment = { ...newPayment(request), providerReference: 'T1', ...end };
    const closed: ClosedPayment = { request, payment, private: { caller: 'shop', chargeReference: 'C1' } };
    const workflowId = lateWorkflowIdOf(request.id);
    await this.rig.workflows.start(LATE_WORKFLOW, { workflowId, taskQueue: 'holdfast', args: [closed] });
    return request.id;
  }

  handle(id: string) {
    return this.rig.workflows.getHandle(lateWorkflowIdOf(id));
  }

  async reviewed(id: string): Promise<void> {
    for (let waited = 0; waited < 600; waited += 1) {
      const { payment } = (await this.handle(id).describe()).memo as Partial<PaymentMemo>;
      if (payment?.status === 'needs_review') return;
      await this.rig.env.sleep(1_000);
    }
    throw new Error('the late payment never needed a review');
  }

  async resolve(id: string, decision: ResolveInput['decision']): Promise<void> {
    const resolution: ResolveInput = { decision, note: 'as the books say', by: 'ada' };
    await this.handle(id).executeUpdate(resolveUpdate, { args: [resolution] });
  }

  async ended(id: string): Promise<string> {
    await this.handle(id).result();
    return id;
  }
}

const open = (): Finding => ({ state: 'open' });
const paidNow = (call: ProviderCall): Finding => ({ state: 'paid', ...moneyOf(call) });
const EXPIRED = { status: 'expired' } as const;
const SUCCEEDED = { status: 'succeeded', amountReceived: 1250 } as const;

/** Every way in which a callback for a closed payment can go, by name. */
export const LATE_PAYMENT_OUTCOMES: Outcomes<LateStage> = {
  ...Object.fromEntries(PROVIDERS.map((provider) => [`${provider}-paid-after-end`, paidAfterEnd(provider)])),
  'still-expired': {
    shows: expired,
    play: async (stage) => stage.ended(await stage.calledBack('pomelo', EXPIRED, open)),
  },
  'still-expired-rechecked': {
    shows: expired,
    async play(stage) {
      const id = await stage.calledBack('etpay', EXPIRED, open);
      await stage.handle(id).executeUpdate(recheckUpdate);
      stage.accounts.of(id).next('read', notForHours, 9);
      return stage.ended(id);
    },
  },
  'still-expired-cancelled-in-temporal': {
    shows: expired,
    async play(stage) {
      const id = await stage.calledBack('etpay', EXPIRED, open);
      await stage.handle(id).cancel();
      stage.accounts.of(id).next('read', notForHours, 9);
      return stage.ended(id);
    },
  },
  'still-expired-as-far-as-can-be-told': {
    shows: expired,
    async play(stage) {
      const id = await stage.calledBack('pomelo', EXPIRED, unclear);
      await stage.rig.env.sleep(60_000);
      stage.accounts.of(id).next('read', notForHours, 9);
      return stage.ended(id);
    },
  },
  'ended-for-good': {
    shows: { status: 'cancelled', review: null },
    async play(stage) {
      const end = { end: 'cancelled', code: 'authorization_ended', message: 'cancelled' } as const;
      const says = (): Finding => ({ state: 'ended', ...end });
      return stage.ended(await stage.calledBack('droppay-acquirer', { status: 'cancelled' }, says));
    },
  },
  'already-succeeded': {
    shows: paid,
    play: async (stage) => stage.ended(await stage.calledBack('payermax', SUCCEEDED, paidNow)),
  },
  'received-more-than-was-known': {
    shows: { ...paid, amountReceived: 2500, review: { reason: 'amount_mismatch' } },
    async play(stage) {
      const twice = (call: ProviderCall): Finding => ({
        state: 'paid',
        ...moneyOf(call),
        amount: 2 * call.amount,
      });
      return stage.ended(await stage.calledBack('etpay', SUCCEEDED, twice));
    },
  },
  'paid-as-was-known-when-it-was-given-back': {
    shows: { ...failedWith('refunded_after_review'), amountRefunded: 1250 },
    async play(stage) {
      const failure = { code: 'refunded_after_review', message: 'given back' } as const;
      const end = { status: 'failed', failure, amountReceived: 1250, amountRefunded: 1250 } as const;
      return stage.ended(await stage.calledBack('payermax', end, paidNow));
    },
  },
  'refunded-at-the-dashboard': {
    shows: paid,
    async play(stage) {
      const refunds = [{ providerReference: 'x', status: 'succeeded' as const, amount: null }];
      const says = (call: ProviderCall): Finding => ({ state: 'paid', ...moneyOf(call), refunds });
      const id = await stage.ended(await stage.calledBack('pomelo', SUCCEEDED, says));
      expect(stage.accounts.of(id).refundsHandedOver).toBe(1);
      return id;
    },
  },
  'paid-after-provider-outage-resolved-failed': {
    shows: failedWith('resolved_as_failed'),
    async play(stage) {
      let answers = 0;
      const says = (call: ProviderCall) => (++answers < 6 ? outOfReach() : paidNow(call));
      const id = await stage.calledBack('payermax', { status: 'failed' }, says as () => Finding);
      await stage.reviewed(id);
      await stage.resolve(id, 'failed');
      return stage.ended(id);
    },
  },
  'paid-after-end-money-given-back': {
    shows: { ...failedWith('refunded_after_review'), amountRefunded: 1250 },
    async play(stage) {
      const id = await stage.calledBack('payermax', EXPIRED, paidNow);
      await stage.reviewed(id);
      await stage.resolve(id, 'refund');
      return stage.ended(id);
    },
  },
};

function paidAfterEnd(provider: ProviderId): Outcome<LateStage> {
  return {
    shows: { ...paid, provider },
    async play(stage) {
      const id = await stage.calledBack(provider, EXPIRED, paidNow);
      await stage.reviewed(id);
      await stage.resolve(id, 'succeeded');
      return stage.ended(id);
    },
  };
}
