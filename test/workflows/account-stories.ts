import { randomUUID } from 'node:crypto';
import { type ConfirmInput, confirmUpdate, providerEventSignal } from '../../src/contract/workflow';
import {
  type Payment,
  type PaymentRequest,
  type ProviderId,
  referenceAtProvider,
} from '../../src/domain/payment';
import type {
  Finding,
  Opening,
  ProviderCall,
  RefundCall,
  Refunding,
  Taking,
} from '../../src/domain/provider-answer';
import { StoryRig } from './story-rig';

export const HOUR = 3_600_000;
/** What the card form gives. */
export const FORM: ConfirmInput = {
  paymentToken: 'ptok',
  clientIp: '203.0.113.7',
  userAgent: 'Mozilla/5.0',
};

/** One payment at any provider, at the port. */
export class FakeAccount {
  /** Instead of opening: an answer, or what never comes because the worker dies. */
  opening: ((call: ProviderCall) => Promise<Opening>) | undefined;
  finding: (call: ProviderCall) => Finding | Promise<Finding> = () => ({ state: 'open' });
  taking: (call: ProviderCall) => Taking = (call) => ({ outcome: 'succeeded', ...money(call) });
  refunding: () => Refunding = () => ({ outcome: 'succeeded' });
  readonly calls: string[] = [];
  readonly refunded: number[] = [];
  readonly refundReferences: string[] = [];
}

/** What was asked for, as the provider repeats it. */
export const money = (call: { paymentId: string; amount: number; currency: string }) => ({
  amount: call.amount,
  currency: call.currency,
  reference: referenceAtProvider(call.paymentId),
});
export const paid = (call: ProviderCall): Finding => ({ state: 'paid', ...money(call) });

/** Why an update was refused; undefined: it was not. */
export const codeOf = (update: Promise<unknown>): Promise<string | undefined> =>
  update.then(
    () => undefined,
    (error: { cause?: { type?: string } }) => error.cause?.type,
  );

/** Stories of every provider but DropPay POS, over payments in memory. */
export class AccountStories {
  /** Events that the backend was told. */
  readonly told: { id: string; type: string }[] = [];
  /** Payments whose backend takes its time with events. */
  readonly held = new Map<string, Promise<void>>();
  private readonly accounts = new Map<string, FakeAccount>();
  private started: StoryRig | undefined;

  async start(): Promise<StoryRig> {
    return (this.started = await StoryRig.start(this.activities()));
  }

  readonly account = (id: string): FakeAccount => {
    const known = this.accounts.get(id) ?? new FakeAccount();
    this.accounts.set(id, known);
    return known;
  };

  /** A payment that the payer, or the backend, has been shown. */
  readonly opened = async (
    provider: ProviderId,
    expiresInMs?: number,
  ): Promise<{ id: string; request: PaymentRequest; payment: Payment; fake: FakeAccount }> => {
    const change = { provider, notify: true, customer: { id: 'u', country: 'IT' } };
    const request = await this.rig.request(change, expiresInMs);
    const { payment } = await this.rig.create(request);
    return { id: request.id, request, payment, fake: this.account(request.id) };
  };

  readonly confirm = (id: string, input: ConfirmInput = {}): Promise<Payment> =>
    this.rig.handle(id).executeUpdate(confirmUpdate, { args: [input] });

  /** A callback with the provider's signature. */
  readonly signed = (id: string, proven: Finding): Promise<void> => {
    const event = { id: randomUUID(), receivedAt: new Date().toISOString(), statement: 'signed', proven };
    return this.rig.handle(id).signal(providerEventSignal, event);
  };

  private get rig(): StoryRig {
    if (!this.started) throw new Error('the stories have not been started');
    return this.started;
  }

  private activities() {
    const page = this.opens({ type: 'redirect', url: 'https://pay.example/page' });
    const form = { sessionKey: 'sk', clientKey: 'ck', environment: 'sandbox' };
    return {
      payerMaxApplySession: this.opens({ type: 'dropin', ...form }),
      payerMaxOrderAndPay: this.take,
      payerMaxOrderQuery: this.read,
      payerMaxRefund: this.refund,
      payerMaxRefundQuery: async () => ({ state: 'pending' }),
      pomeloCreateTransaction: page,
      pomeloGetTransaction: this.read,
      etPayInitializeSession: page,
      etPayCheckStatus: this.read,
      dropPayCreateAcquirerAuthorization: this.opens({ type: 'confirm' }),
      dropPayGetAcquirerAuthorization: this.read,
      dropPayCancelAcquirerAuthorization: this.cancel,
      dropPayGrantAuthorization: this.take,
      deliverEvent: this.tell,
      queueEvent: this.tell,
      handOverRefunds: async (closed: { payment: Payment }) => {
        this.account(closed.payment.id).calls.push('hand over refunds');
      },
    };
  }

  private opens(nextAction: (Opening & { outcome: 'opened' })['nextAction']) {
    return async (call: ProviderCall): Promise<Opening> => {
      const { calls, opening } = this.account(call.paymentId);
      calls.push('open');
      if (opening) return opening(call);
      return { outcome: 'opened', providerReference: referenceAtProvider(call.paymentId), nextAction };
    };
  }

  private readonly read = async (call: ProviderCall): Promise<Finding> => {
    const { calls, finding } = this.account(call.paymentId);
    calls.push('read');
    return finding(call);
  };

  private readonly take = async (call: ProviderCall): Promise<Taking> => {
    const { calls, taking } = this.account(call.paymentId);
    calls.push('take');
    return taking(call);
  };

  private readonly cancel = async (call: ProviderCall): Promise<Finding> => {
    this.account(call.paymentId).calls.push('cancel');
    const end = { end: 'cancelled', code: 'authorization_ended', message: 'cancelled' } as const;
    return { state: 'ended', ...end };
  };

  private readonly refund = async (call: RefundCall): Promise<Refunding> => {
    const { calls, refunded, refundReferences, refunding } = this.account(call.paymentId);
    calls.push('refund');
    refunded.push(call.amount);
    refundReferences.push(call.refundReference);
    return refunding();
  };

  private readonly tell = async (event: { paymentId: string; type: string }): Promise<void> => {
    this.told.push({ id: event.paymentId, type: event.type });
    await this.held.get(event.paymentId);
  };
}
