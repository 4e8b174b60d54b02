import { randomUUID } from 'node:crypto';
import {
  cancelUpdate,
  type ConfirmInput,
  confirmUpdate,
  providerEventSignal,
  type ResolveInput,
  resolveUpdate,
} from '../../src/contract/workflow';
import type { PaymentRequest, ProviderId } from '../../src/domain/payment';
import type { Finding } from '../../src/domain/provider-answer';
import type { PaymentStatus } from '../../src/domain/status';
import type { StoryRig } from '../workflows/story-rig';
import { type Answer, type FakeAccount, type FakeAccounts } from './fake-accounts';
import { HOUR, MINUTE, notForHours } from './outcome';

/** Short, for the sake of short histories: nobody looks up often until then. */
const EXPIRES_IN_MS = 3 * MINUTE;
const FORM: ConfirmInput = { paymentToken: 'token', clientIp: '203.0.113.7', userAgent: 'Browser' };

/** Where the outcomes of one provider's story are played. */
export class AccountStage {
  constructor(
    readonly rig: StoryRig,
    private readonly accounts: FakeAccounts,
    readonly provider: Exclude<ProviderId, 'droppay-pos'>,
  ) {}

  account(id: string): FakeAccount {
    return this.accounts.of(id);
  }

  async request(expiresInMs = EXPIRES_IN_MS): Promise<PaymentRequest> {
    const customer = { id: 'customer', country: 'IT', email: 'payer@shop.example', phone: '+390123' };
    return this.rig.request({ provider: this.provider, notify: true, customer }, expiresInMs);
  }

  /** A payment that the payer, or the backend, has been shown. */
  async opened(expiresInMs?: number): Promise<{ id: string; fake: FakeAccount; request: PaymentRequest }> {
    const request = await this.request(expiresInMs);
    await this.rig.create(request);
    return { id: request.id, fake: this.accounts.of(request.id), request };
  }

  /** A payment that the provider does not take up: it answers with this, again and again. */
  async unopened(answer: Answer<'open'>, expiresInMs?: number): Promise<string> {
    const request = await this.request(expiresInMs);
    this.accounts.of(request.id).next('open', answer, 1_000);
    await this.rig.start(request);
    return request.id;
  }

  /** The backend's word. What it causes is not waited for: time is not skipped while an update runs. */
  async confirm(id: string): Promise<void> {
    const input = this.provider === 'payermax' ? FORM : {};
    const options = { args: [input] as [ConfirmInput], waitForStage: 'ACCEPTED' as const };
    await this.rig.handle(id).startUpdate(confirmUpdate, options);
  }

  async cancel(id: string): Promise<void> {
    await this.rig.handle(id).executeUpdate(cancelUpdate);
  }

  async resolve(id: string, decision: ResolveInput['decision']): Promise<void> {
    const resolution: ResolveInput = { decision, note: 'as the books say', by: 'ada' };
    await this.rig.handle(id).executeUpdate(resolveUpdate, { args: [resolution] });
  }

  /** A callback with the provider's signature. */
  async signed(id: string, proven: Finding): Promise<void> {
    const event = { id: randomUUID(), receivedAt: new Date().toISOString(), statement: 'signed', proven };
    await this.rig.handle(id).signal(providerEventSignal, event);
  }

  /** Waits for that end, and for the end of the watch after it, in few look-ups. */
  async closed(id: string, end: PaymentStatus): Promise<string> {
    await this.rig.until(id, end, 4 * HOUR, MINUTE);
    this.accounts.of(id).next('read', notForHours, 100);
    await this.rig.end(id);
    return id;
  }

  async ended(id: string): Promise<string> {
    await this.rig.end(id);
    return id;
  }

  async in(ms: number): Promise<string> {
    return new Date((await this.rig.env.currentTimeMs()) + ms).toISOString();
  }
}
