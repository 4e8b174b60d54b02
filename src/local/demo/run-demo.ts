import { randomUUID } from 'node:crypto';
import { payments } from '../../client/index';
import { describeMoney } from '../../domain/money';
import { type Payment, referenceAtProvider } from '../../domain/payment';
import type { Refund } from '../../domain/refund';
import { isSettled } from '../../domain/status';
import type { TimelineEntry } from '../../domain/timeline';
import { EventFeed, paymentIdOf } from './event-feed';
import { type Books, booksAgree, SandboxControl } from './sandbox';
import { type Actors, STORIES, type Story } from './stories';

/** Where the running system is. */
export interface DemoSystem {
  apiUrl: string;
  apiKey: string;
  sandboxUrl: string;
  /** Null: this system tells no backend, and no events are expected. */
  receivedEventsUrl: string | null;
}

/** How one story ended. */
export interface Outcome {
  story: Story;
  payment: Payment | null;
  refund: Refund | null;
  timeline: TimelineEntry[];
  books: Books;
  /** Types of the events that the backend got. */
  events: string[];
  /** From the request to the end, refund included. */
  seconds: number;
  /** Everything that is not as it should be; empty: all is well. */
  problems: string[];
}

const LONGEST_STORY_MS = 30_000;
const LONGEST_EVENT_MS = 10_000;

/**
 * Takes the payments of all stories at once, as their backend and payers would, and compares each with the provider's books.
 *
 * @param say gets a line per step as it happens
 */
export async function runDemo(system: DemoSystem, say: (line: string) => void): Promise<Outcome[]> {
  const stage = new Stage(system, say);
  try {
    return await Promise.all(STORIES.map((story) => stage.tell(story)));
  } finally {
    await stage.close();
  }
}

class Stage {
  private readonly began = Date.now();
  private readonly actors: Actors;
  private readonly feed: EventFeed;
  private readonly references = new Map<string, string>();

  constructor(
    private readonly system: DemoSystem,
    private readonly say: (line: string) => void,
  ) {
    const { apiUrl, apiKey, sandboxUrl, receivedEventsUrl } = system;
    this.actors = {
      holdfast: payments({ baseUrl: apiUrl, apiKey }),
      sandbox: new SandboxControl(sandboxUrl),
    };
    this.feed = new EventFeed(receivedEventsUrl, (event) =>
      this.narrate('event', this.references.get(paymentIdOf(event)) ?? '-', event.type),
    );
  }

  /** Never rejects: what goes wrong is a problem of this story alone. */
  async tell(story: Story): Promise<Outcome> {
    const outcome: Outcome = {
      ...{ story, payment: null, refund: null, timeline: [], books: { charges: [], refunds: [] } },
      ...{ events: [], seconds: 0, problems: [] },
    };
    try {
      await this.play(story, outcome);
      await this.gatherEvidence(outcome);
      outcome.problems.push(...problemsOf(outcome, this.system.receivedEventsUrl !== null));
    } catch (error) {
      outcome.problems.push(error instanceof Error ? error.message : String(error));
    }
    return outcome;
  }

  close(): Promise<void> {
    return this.feed.stop();
  }

  private async play({ order, payer, act, refund }: Story, outcome: Outcome): Promise<void> {
    const { holdfast } = this.actors;
    const began = Date.now();
    this.narrate('backend', order.reference, `asks for ${describeMoney(order)} with ${order.provider}`);
    const created = await holdfast.create(order, randomUUID());
    outcome.payment = created;
    this.references.set(created.id, order.reference);
    this.narrate('payer', order.reference, payer);
    await act(created, this.actors);
    outcome.payment = await this.untilEnded(created.id);
    if (refund !== undefined && outcome.payment.status === 'succeeded') {
      const part = describeMoney({ amount: refund, currency: order.currency });
      this.narrate('backend', order.reference, `gives ${part} back`);
      outcome.refund = await this.refunded(created.id, refund);
      outcome.payment = await holdfast.get(created.id);
    }
    outcome.seconds = (Date.now() - began) / 1_000;
  }

  private async gatherEvidence(outcome: Outcome): Promise<void> {
    const { payment, story } = outcome;
    if (!payment) return;
    outcome.timeline = (await this.actors.holdfast.timeline(payment.id)).data;
    outcome.books = await this.actors.sandbox.books(story.order.provider, referenceAtProvider(payment.id));
    await this.feed.has(payment.id, expectedEvents(story), LONGEST_EVENT_MS);
    outcome.events = this.feed.typesOf(payment.id);
  }

  private async untilEnded(id: string): Promise<Payment> {
    const giveUpAt = Date.now() + LONGEST_STORY_MS;
    for (;;) {
      const payment = await this.actors.holdfast.get(id, 20);
      if (isSettled(payment.status) || Date.now() > giveUpAt) return payment;
    }
  }

  private async refunded(paymentId: string, amount: number): Promise<Refund> {
    const { holdfast } = this.actors;
    const refund = await holdfast.refund(paymentId, { amount, reason: 'demo' }, randomUUID());
    const giveUpAt = Date.now() + LONGEST_STORY_MS;
    for (;;) {
      const { data } = await holdfast.refunds(paymentId);
      const now = data.find(({ id }) => id === refund.id) ?? refund;
      if (now.status !== 'processing' || Date.now() > giveUpAt) return now;
      // Held until the payment moves: a refund that succeeded counts in it.
      await holdfast.get(paymentId, 1);
    }
  }

  private narrate(who: 'backend' | 'payer' | 'event', reference: string, what: string): void {
    const seconds = ((Date.now() - this.began) / 1_000).toFixed(2).padStart(6);
    this.say(`${seconds} s  ${who.padEnd(8)} ${reference.padEnd(8)} ${what}`);
  }
}

function expectedEvents({ ends, refund }: Story): string[] {
  return [`payment.${ends}`, ...(refund === undefined ? [] : ['refund.succeeded'])];
}

/** What is not as the story says it should be, in words. */
export function problemsOf(outcome: Outcome, eventsExpected: boolean): string[] {
  const { story, payment, refund, books, events } = outcome;
  if (!payment) return ['there is no payment'];
  const { order, ends } = story;
  const received = ends === 'succeeded' ? order.amount : 0;
  const missing = expectedEvents(story).filter((type) => !events.includes(type));
  return [
    payment.status !== ends && `it is ${payment.status}, not ${ends}`,
    payment.amountReceived !== received &&
      `${payment.amountReceived} received, not ${received} (minor units)`,
    story.refund !== undefined &&
      (refund?.status !== 'succeeded' || payment.amountRefunded !== story.refund) &&
      `its refund is ${refund?.status ?? 'missing'}, ${payment.amountRefunded} of ${story.refund} given back`,
    !booksAgree(books, received, story.refund ?? 0) && "the provider's books do not agree",
    eventsExpected && missing.length > 0 && `its backend was not told ${missing.join(', ')}`,
  ].filter((problem) => problem !== false);
}
