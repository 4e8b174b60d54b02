import { cancelUpdate, type ResolveInput, resolveUpdate } from '../../src/contract/workflow';
import type { Taking } from '../../src/domain/provider-answer';
import type { FakeDropPay, FakePayment } from '../workflows/fake-droppay';
import type { StoryRig } from '../workflows/story-rig';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Where the outcomes are played. */
export class Stage {
  constructor(
    readonly rig: StoryRig,
    private readonly dropPay: FakeDropPay,
  ) {}

  /** A payment that the payer has been shown. */
  async opened(expiresInMs?: number): Promise<{ id: string; fake: FakePayment }> {
    const request = await this.rig.request({}, expiresInMs);
    await this.rig.create(request);
    return { id: request.id, fake: this.dropPay.of(request.id) };
  }

  /** A payment that DropPay does not take up: it answers `create` with this, again and again. */
  async unopened(answer: Parameters<FakePayment['next']>[1], expiresInMs?: number): Promise<string> {
    const request = await this.rig.request({}, expiresInMs);
    this.dropPay.of(request.id).next('create', answer, 1_000);
    await this.rig.start(request);
    return request.id;
  }

  /** The payer agrees and DropPay says so. */
  async grant(id: string): Promise<void> {
    this.dropPay.of(id).state = 'granted';
    await this.rig.hint(id);
  }

  async cancel(id: string): Promise<void> {
    await this.rig.handle(id).executeUpdate(cancelUpdate);
  }

  async resolve(id: string, decision: ResolveInput['decision']): Promise<void> {
    const resolution: ResolveInput = { decision, note: 'as the books say', by: 'ada' };
    await this.rig.handle(id).executeUpdate(resolveUpdate, { args: [resolution] });
  }

  /** When a charge that is sent now can no longer be carried out. */
  async chargeSettlesAt(): Promise<string> {
    return new Date((await this.rig.env.currentTimeMs()) + 4 * MINUTE).toISOString();
  }
}

export interface Outcome {
  /** What the payment shows in the end. */
  shows: object;
  /** Brings it about; answers the payment's id. */
  play(stage: Stage): Promise<string>;
}

// What DropPay answers.
export const outOfReach = (): Promise<never> => Promise.reject(new Error('out of reach'));
export const notSent: Taking = { outcome: 'not_sent', detail: 'connection refused' };
export const lost = (settledAfter: string): Taking => ({
  outcome: 'unknown',
  detail: 'connection reset',
  settledAfter,
});

// What a payment shows.
export const failedWith = (code: string) => ({ status: 'failed', failure: { code }, review: null });
export const reviewed = (reason: string) => ({ status: 'needs_review', review: { reason } });
export const paid = { status: 'succeeded', amountReceived: 1250, review: null };
