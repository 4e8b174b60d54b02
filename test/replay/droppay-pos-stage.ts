import { cancelUpdate, type ResolveInput, resolveUpdate } from '../../src/contract/workflow';
import type { PaymentRequest } from '../../src/domain/payment';
import type { FakeDropPay, FakePayment } from '../workflows/fake-droppay';
import type { StoryRig } from '../workflows/story-rig';
import type { Answer, FakeAccounts } from './fake-accounts';
import { MINUTE } from './outcome';

/** Short, for the sake of short histories: nobody looks up often until then. */
const EXPIRES_IN_MS = 3 * MINUTE;

/** Where the outcomes are played. */
export class Stage {
  constructor(
    readonly rig: StoryRig,
    private readonly dropPay: FakeDropPay,
    private readonly accounts: FakeAccounts,
  ) {}

  /** A payment that the payer has been shown. */
  async opened(
    expiresInMs = EXPIRES_IN_MS,
    change: Partial<PaymentRequest> = {},
  ): Promise<{ id: string; fake: FakePayment }> {
    const request = await this.rig.request(change, expiresInMs);
    await this.rig.create(request);
    return { id: request.id, fake: this.dropPay.of(request.id) };
  }

  /** A payment that DropPay does not take up: it answers `create` with this, again and again. */
  async unopened(answer: Parameters<FakePayment['next']>[1], expiresInMs = EXPIRES_IN_MS): Promise<string> {
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

  /** What DropPay answers when it is asked to give the money back. */
  nextRefund(id: string, answer: Answer<'refund'>): void {
    this.accounts.of(id).next('refund', answer);
  }

  /** When a charge that is sent now can no longer be carried out. */
  async chargeSettlesAt(): Promise<string> {
    return new Date((await this.rig.env.currentTimeMs()) + 4 * MINUTE).toISOString();
  }
}
