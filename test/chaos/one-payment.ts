import { setTimeout as delay } from 'node:timers/promises';
import type { Payment } from '../../src/domain/payment';
import type { RecordedAnswer, SeenRefund } from '../model/recorded-run';
import { type Answer, type Backend, paymentIn, RunIsOver } from './backend';
import type { Payer } from './payer';
import { underTest } from '../companies/index';
import type { PlannedPayment } from './planned-payment';
import { seenRefund } from './seen';

const FIRST_POLL_MS = 5_000;
const LONGEST_POLL_MS = 30_000;
const AT_REST: readonly string[] = ['succeeded', 'failed', 'expired', 'cancelled', 'needs_review'];

export interface Stage {
  backend: Backend;
  payer: Payer;
  over: AbortSignal;
  /** Payments by the API's id. */
  known: Map<string, OnePayment>;
}

/** One payment of the plan as it is played: everything that was seen of it, and what backend and payer do next. */
export class OnePayment {
  readonly answers: RecordedAnswer[] = [];
  id: string | null = null;
  /** The newest that is known of it. */
  payment: Payment | null = null;
  /** Whether backend and payer have done all they meant to do. */
  played = false;
  /** What went otherwise than the plan foresees, for people. */
  surprise: string | null = null;
  private readonly refunds = new Map<string, SeenRefund>();
  private woken: () => void = () => undefined;

  constructor(
    readonly plan: PlannedPayment,
    private readonly stage: Stage,
  ) {}

  /** Where its payer acts; undefined: there is nothing but the backend's word. */
  private get page() {
    return underTest(this.plan.provider).chaos.page;
  }

  get isAtRest(): boolean {
    return this.payment !== null && AT_REST.includes(this.payment.status);
  }

  /** Whether a refund was accepted that is not known to have ended. */
  get hasOpenRefunds(): boolean {
    return this.openRefundIds.length > 0;
  }

  get openRefundIds(): string[] {
    return [...this.refunds.values()].filter(({ status }) => status === 'processing').map(({ id }) => id);
  }

  get endedRefunds(): SeenRefund[] {
    return [...this.refunds.values()].filter(({ status }) => status !== 'processing');
  }

  /** News of it, by an answer or an event. */
  learn(payment: Payment): void {
    if (this.payment && Date.parse(payment.updatedAt) < Date.parse(this.payment.updatedAt)) return;
    this.payment = payment;
    this.woken();
  }

  async play(): Promise<void> {
    try {
      await this.create();
      if (this.id !== null) await Promise.all([this.recheck(), this.createAgain(), this.tell()]);
    } catch (error) {
      this.surprise = error instanceof RunIsOver ? 'the run was over before it was played' : String(error);
    } finally {
      this.played = true;
    }
  }

  /** Asks how it stands. */
  async read(): Promise<void> {
    if (this.id !== null) this.take(await this.stage.backend.read(this.answers, this.id));
  }

  /** Asks how its refunds stand. */
  async readRefunds(): Promise<void> {
    if (this.id === null) return;
    const { status, body } = await this.stage.backend.refunds(this.answers, this.id);
    if (status !== 200) return;
    for (const refund of (body['data'] as Record<string, unknown>[]).map(seenRefund)) {
      this.refunds.set(refund.id, refund);
    }
  }

  private async create(): Promise<void> {
    const { order, key, creating } = this.plan;
    const times = creating === 'three_at_once' ? 3 : 1;
    const creates = Array.from({ length: times }, () => this.stage.backend.create(this.answers, order, key));
    for (const answer of await Promise.all(creates)) {
      const payment = paymentIn(answer);
      if (payment) this.stage.known.set((this.id = payment.id), this);
      else this.surprise = `create was answered ${answer.status} ${answer.code}`;
      this.take(answer);
    }
  }

  private async createAgain(): Promise<void> {
    const { order, key, creating, thinkMs } = this.plan;
    if (creating !== 'again_later' && creating !== 'other_body_later') return;
    await this.pause(thinkMs * 3);
    const body = creating === 'again_later' ? order : { ...order, amount: order.amount + 1 };
    const { status, code } = await this.stage.backend.create(this.answers, body, key);
    const expected = creating === 'again_later' ? 201 : 422;
    if (status !== expected) this.surprise = `create again (${creating}) was answered ${status} ${code}`;
  }

  private async recheck(): Promise<void> {
    const { recheckAfterMs } = this.plan;
    if (recheckAfterMs === null || this.id === null) return;
    await this.pause(recheckAfterMs);
    this.take(await this.stage.backend.recheck(this.answers, this.id));
  }

  private async tell(): Promise<void> {
    const shown = await this.until(
      ({ status }) => status.startsWith('requires_') || AT_REST.includes(status),
    );
    if (AT_REST.includes(shown.status)) return;
    if (this.plan.story === 'walked_away') return;
    await this.pause(this.plan.thinkMs);
    if (this.plan.story === 'cancelled') return this.cancel();
    if (this.plan.story === 'cancelled_while_paying') {
      await Promise.all([this.pay(shown), this.cancel()]);
      return;
    }
    if (this.plan.story === 'declined' && this.page) {
      return this.stage.payer.refuses(shown, this.plan.comesBack);
    }
    await this.pay(shown);
    await this.refund();
  }

  private async pay(shown: Payment): Promise<void> {
    if (this.page) return this.stage.payer.pays(shown, this.plan.comesBack);
    const input = await this.stage.payer.fillsIn(shown);
    const times = this.plan.story === 'confirmed_twice' ? 2 : 1;
    const confirms = Array.from({ length: times }, () =>
      this.stage.backend.confirm(this.answers, shown.id, input),
    );
    for (const answer of await Promise.all(confirms)) this.take(answer);
  }

  private async cancel(): Promise<void> {
    if (this.id !== null) this.take(await this.stage.backend.cancel(this.answers, this.id));
  }

  private async refund(): Promise<void> {
    const { refunding, key, order } = this.plan;
    if (refunding === 'none') return;
    const { status, amount } = await this.until((payment) => AT_REST.includes(payment.status));
    if (status !== 'succeeded' || amount !== order.amount) return;
    const part = Math.ceil(amount * 0.6);
    const ask = async (name: string, asked: number | null) => {
      const answer = await this.stage.backend.refund(this.answers, this.id ?? '', asked, `${key}-${name}`);
      if (answer.status !== 201) return;
      const refund = seenRefund(answer.body);
      if (!this.refunds.has(refund.id)) this.refunds.set(refund.id, refund);
    };
    switch (refunding) {
      case 'full':
        await ask('full', null);
        break;
      case 'partial':
        await ask('part', part);
        break;
      case 'two_parts':
        await ask('part', part);
        await ask('rest', amount - part);
        break;
      case 'racing':
        await Promise.all([ask('one', part), ask('two', part)]);
        break;
      case 'same_key_at_once':
        await Promise.all([ask('same', part), ask('same', part), ask('same', part)]);
        await ask('same', part);
        break;
    }
  }

  private take(answer: Answer): void {
    const payment = paymentIn(answer);
    if (payment) this.learn(payment);
  }

  /** Waits for an event to say so; asks when none came for a while, as backends do that cannot rely on theirs. */
  private async until(satisfies: (payment: Payment) => boolean): Promise<Payment> {
    for (let gap = FIRST_POLL_MS; ; gap = Math.min(gap * 2, LONGEST_POLL_MS)) {
      if (this.payment && satisfies(this.payment)) return this.payment;
      if (this.stage.over.aborted) throw new RunIsOver();
      const news = new Promise<boolean>((resolve) => {
        this.woken = () => resolve(true);
      });
      const silence = new AbortController();
      const told = await Promise.race([
        news,
        delay(gap, false, { signal: AbortSignal.any([silence.signal, this.stage.over]) }).catch(() => false),
      ]);
      silence.abort();
      if (!told) await this.read();
    }
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stage.over }).catch(() => undefined);
  }
}
