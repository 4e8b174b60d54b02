import { randomUUID } from 'node:crypto';
import { payments, type Payments } from '../client';
import { describeMoney } from '../domain/money';
import { type Payment, referenceAtProvider, type TimelineEntry } from '../domain/payment';
import type { Refund } from '../domain/refund';
import { isEnd } from '../domain/status';
import { EventFeed, paymentIdOf } from './event-feed';
import { type Books, booksAgree, SandboxControl } from './sandbox';
import { type Actors, STORIES, type Story } from './stories';

/** Where the running system is. */
export interface DemoSystem {
  apiUrl: string;
  apiKey: string;
  sandboxUrl: string;
  /** Null: this system tells no backend, and events are not looked at. */
  receivedEventsUrl: string | null;
}

/** How one story ended. */
export interface Outcome {
  story: Story;
  payment: Payment | null;
  refund: Refund | null;
  timeline: TimelineEntry[];
  books: Books;
  /** Types of the events that its backend got. */
  events: string[];
  /** From the request to the end, refund included. */
  seconds: number;
  /** Everything that is not as it should be; empty: all is well. */
  problems: string[];
}

const LONGEST_STORY_MS = 30_000;
const LONGEST_EVENT_MS = 10_000;
const NO_BOOKS: Books = { charges: [], refunds: [] };

/** Takes all stories' payments at once, as their backend and their payers would, and compares them with the providers' books. */
export async function runDemo(system: DemoSystem, say: (line: string) => void): Promise<Outcome[]> {
  const actors: Actors = {
    holdfast: payments({ baseUrl: system.apiUrl, apiKey: system.apiKey }),
    sandbox: new SandboxControl(system.sandboxUrl),
  };
  const began = Date.now();
  const orders = new Map<string, string>();
  const tell = (who: string, order: string, what: string) =>
    say(`${((Date.now() - began) / 1_000).toFixed(2).padStart(6)} s  ${who.padEnd(8)} ${order}  ${what}`);
  const feed = new EventFeed(system.receivedEventsUrl, (event) =>
    tell('event', orders.get(paymentIdOf(event)) ?? '-', `${event.type} reaches the backend`),
  );
  try {
    return await Promise.all(STORIES.map((story) => tellStory(story, actors, feed, orders, tell)));
  } finally {
    await feed.stop();
  }
}

async function tellStory(
  story: Story,
  actors: Actors,
  feed: EventFeed,
  orders: Map<string, string>,
  tell: (who: string, order: string, what: string) => void,
): Promise<Outcome> {
  const { order, payer } = story;
  const began = Date.now();
  const outcome: Outcome = {
    ...{ story, payment: null, refund: null, timeline: [], books: NO_BOOKS, events: [] },
    ...{ seconds: 0, problems: [] },
  };
  try {
    tell('backend', order.reference, `asks for ${describeMoney(order)} by ${order.provider}`);
    const created = await actors.holdfast.create(order, randomUUID());
    outcome.payment = created;
    orders.set(created.id, order.reference);
    tell('payer', order.reference, payer);
    await story.act(created, actors);
    outcome.payment = await untilEnded(actors.holdfast, created.id);
    if (story.refund !== undefined) {
      tell('backend', order.reference, `gives back ${describeMoney({ ...order, amount: story.refund })}`);
      outcome.refund = await refunded(actors.holdfast, created.id, story.refund);
      outcome.payment = await actors.holdfast.get(created.id);
    }
    outcome.seconds = (Date.now() - began) / 1_000;
    await gatherEvidence(outcome, outcome.payment, actors, feed, system_hasEvents(feed));
  } catch (error) {
    outcome.problems.push(error instanceof Error ? error.message : String(error));
  }
  return outcome;
}
