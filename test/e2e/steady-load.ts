import { setTimeout as delay } from 'node:timers/promises';
import type { NewPayment } from '../../src/client';
import { booksAgree, SandboxControl } from '../../src/local/demo/sandbox';
import { referenceAtProvider } from '../../src/domain/payment';
import { eventually } from '../support/eventually';
import { PROVIDERS_UNDER_TEST } from '../companies/index';
import type { ProviderUnderTest } from '../companies/provider-under-test';
import type { Shop } from './shop';

/** Payments of each provider at a time: a slow machine takes fewer a second. */
const LANES = 2;
/** How long payers think, one after the other: some pay at once, some in the middle of a deploy. */
const THOUGHTS_MS = [0, 1_000, 3_000];
const LONGEST_MS = 90_000;
/**
 * A charge that is handed to a worker in the moment in which that one stops may be lost. It is found out after 45 s, and made
 * again when it certainly was not made: 4 minutes later, at the next look-up.
 */
const LONGEST_TAKING_MS = 8 * 60_000;

/** One payment of the load. */
export interface TakenPayment {
  id: string;
  provider: string;
  /** What is not as it should be; null: taken once, in full. */
  problem: string | null;
}

/** Payments with every provider, one after the other, paid by payers who take their time. */
export class SteadyLoad {
  private readonly books: SandboxControl;
  private readonly begun: Promise<TakenPayment>[] = [];
  private stopping = false;

  constructor(private readonly shop: Shop) {
    this.books = new SandboxControl(shop.system.sandboxUrl);
  }

  start(): void {
    for (const provider of PROVIDERS_UNDER_TEST)
      for (let lane = 0; lane < LANES; lane += 1) void this.takeAgainAndAgain(provider, lane);
  }

  /** Opens a payment with every provider; what comes back is called when their payers pay. */
  async open(): Promise<() => void> {
    let pay = (): void => undefined;
    const thought = new Promise<void>((resolve) => (pay = resolve));
    const opened = PROVIDERS_UNDER_TEST.map((provider) => {
      let shown = (): void => undefined;
      const isShown = new Promise<void>((resolve) => (shown = resolve));
      const taken = this.take(provider, async () => {
        shown();
        await thought;
      });
      this.begun.push(taken);
      return Promise.race([isShown, taken]);
    });
    await Promise.all(opened);
    return pay;
  }

  /** Waits until so many more payments have begun. */
  async goesOn(payments: number): Promise<void> {
    const enough = this.begun.length + payments;
    await eventually(
      async () => this.begun.length,
      (count) => count >= enough,
      LONGEST_MS,
    );
  }

  /** Takes no further payments, whatever becomes of those that have begun. */
  abandon(): void {
    this.stopping = true;
  }

  /** Takes no further payments, and waits for the end of all. */
  async stop(): Promise<TakenPayment[]> {
    this.stopping = true;
    return Promise.all(this.begun);
  }

  private async takeAgainAndAgain(provider: ProviderUnderTest, lane: number): Promise<void> {
    for (let i = lane; !this.stopping; i += 1) {
      const taken = this.take(provider, () => delay(THOUGHTS_MS[i % THOUGHTS_MS.length]));
      this.begun.push(taken);
      await taken;
    }
  }

  /** Never rejects. */
  private async take(under: ProviderUnderTest, think: () => Promise<unknown>): Promise<TakenPayment> {
    const { key, id } = this.shop.newKey();
    const problem = await this.problemOf(under, key, think).catch((error: unknown) => String(error));
    return { id, provider: under.provider, problem };
  }

  private async problemOf(
    { provider, order, pay }: ProviderUnderTest,
    key: string,
    think: () => Promise<unknown>,
  ): Promise<string | null> {
    const { api, sandbox } = this.shop;
    const { connection: _others, expiresInSeconds: _soon, ...lasting } = order;
    const asked: NewPayment = {
      ...lasting,
      ...(provider === 'droppay-pos' && { connection: 'quick' }),
      customer: { ...lasting.customer, id: key },
      provider,
      reference: `load-${key.slice(0, 8)}`,
      description: 'Load',
    };
    const { id } = await api.create(asked, key);
    const shown = await this.shop.until(id, ['requires_action', 'requires_confirmation'], LONGEST_MS);
    await think();
    await pay({ api, control: (method, path, body) => sandbox.call(method, path, body) }, shown);
    const payment = await this.shop.until(id, ['succeeded', 'needs_review', ...FAILURES], LONGEST_TAKING_MS);
    const books = await this.books.books(provider, referenceAtProvider(id));
    if (payment.amountReceived === order.amount && booksAgree(books, order.amount, 0)) return null;
    const { data } = await api.timeline(id);
    return JSON.stringify({ status: payment.status, books, timeline: data.map(({ type }) => type) });
  }
}

const FAILURES = ['failed', 'expired', 'cancelled'] as const;
