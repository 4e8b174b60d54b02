import type { CallFacts } from './call-facts';
import type { SandboxClock } from './clock';
import { writeJson, type Json } from './exact-json';
import { redactUrl } from './redaction';
import type { WebhookRuleBook } from './webhook-rules';
import { postWebhook } from './webhook-sending';

/** One message a company has for a merchant's server. */
export interface Notification {
  readonly facts: CallFacts & { readonly subject: string };
  readonly url: string | undefined;
  /** What it says, in one word (a status), for the delivery list. */
  readonly label: string;
  /** The body in each shape the company knows, and the one it sends when no rule says otherwise. */
  readonly bodies: Readonly<Record<string, Json>>;
  readonly defaultShape: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly omitUrlCredentials?: boolean;
  readonly retry: { readonly times: number; readonly delayMs: number };
}

export type DeliveryState = 'pending' | 'held' | 'dropped' | 'undeliverable' | 'delivered' | 'failed';

export interface DeliveryAttempt {
  readonly at: string;
  readonly statusCode: number | null;
  readonly error: string | null;
}

/** One copy of one message on its way. */
export interface Delivery {
  readonly id: string;
  readonly subject: string;
  readonly reference: string | null;
  readonly clientId: string | null;
  readonly label: string;
  readonly shape: string;
  readonly url: string;
  state: DeliveryState;
  readonly attempts: DeliveryAttempt[];
}

export interface PlannedDelivery {
  readonly beforeAnswer: boolean;
  /** Resolves when every copy reached its end; never rejects. */
  readonly send: () => Promise<void>;
}

/** Delivers one company's webhooks: those of one subject in order, unless a rule says otherwise. */
export class WebhookDelivery {
  private deliveries: Delivery[] = [];
  private lastNumber = 0;
  private readonly lastOfSubject = new Map<string, Promise<void>>();
  private readonly held = new Map<string, (() => Promise<void>)[]>();

  constructor(
    private readonly clock: SandboxClock,
    private readonly rules: WebhookRuleBook,
    private readonly options: { readonly allowLoopbackHttp: boolean; readonly stopped: AbortSignal },
  ) {}

  /** Applies the rules to a message. Without an address there is nothing to do. */
  plan(notification: Notification): PlannedDelivery {
    if (notification.url === undefined) return { beforeAnswer: false, send: () => Promise.resolve() };
    const rule = this.rules.take(notification.facts);
    const shape = rule?.shape ?? notification.defaultShape;
    const text = writeJson(notification.bodies[shape] ?? null);
    const copies = Array.from({ length: 1 + (rule?.duplicates ?? 0) }, () =>
      this.record(notification, shape),
    );
    if (rule?.drop === true) {
      for (const copy of copies) copy.state = 'dropped';
      return { beforeAnswer: false, send: () => Promise.resolve() };
    }
    const { subject } = notification.facts;
    const post = async (): Promise<void> => {
      for (const copy of copies) await this.postWithRetries(copy, notification, text);
    };
    const send = async (): Promise<void> => {
      if (rule?.reorder === true) return this.hold(subject, copies, post);
      if (rule !== undefined && rule.delayMs > 0) {
        // Outside the queue: what comes later may overtake a delayed message.
        await this.until(this.clock.now() + rule.delayMs);
        await post();
      } else {
        await this.inOrder(subject, post);
      }
      await this.release(subject);
    };
    return { beforeAnswer: rule?.beforeAnswer ?? false, send };
  }

  /** Sends one message at once, past all rules, and returns how it went. */
  async sendNow(notification: Notification & { readonly url: string }, shape: string): Promise<Delivery> {
    const delivery = this.record(notification, shape);
    await this.postWithRetries(delivery, notification, writeJson(notification.bodies[shape] ?? null));
    return delivery;
  }

  /** Sends what `reorder` still holds back; says how many subjects had something. */
  async flush(): Promise<number> {
    const subjects = [...this.held.keys()];
    await Promise.all(subjects.map((subject) => this.release(subject)));
    return subjects.length;
  }

  find(query: { reference?: string | undefined; subject?: string | undefined }): readonly Delivery[] {
    return this.deliveries.filter(
      (delivery) =>
        (query.reference === undefined || delivery.reference === query.reference) &&
        (query.subject === undefined || delivery.subject === query.subject),
    );
  }

  clear(): void {
    this.deliveries = [];
    this.held.clear();
  }

  private record(notification: Notification, shape: string): Delivery {
    this.lastNumber += 1;
    const delivery: Delivery = {
      id: `delivery-${this.lastNumber}`,
      subject: notification.facts.subject,
      reference: notification.facts.reference ?? null,
      clientId: notification.facts.clientId ?? null,
      label: notification.label,
      shape,
      url: redactUrl(notification.url ?? ''),
      state: 'pending',
      attempts: [],
    };
    this.deliveries.push(delivery);
    return delivery;
  }

  private async hold(subject: string, copies: readonly Delivery[], post: () => Promise<void>): Promise<void> {
    for (const copy of copies) copy.state = 'held';
    this.held.set(subject, [...(this.held.get(subject) ?? []), post]);
  }

  private async release(subject: string): Promise<void> {
    const waiting = this.held.get(subject) ?? [];
    this.held.delete(subject);
    for (const post of waiting) await this.inOrder(subject, post);
  }

  private async inOrder(subject: string, post: () => Promise<void>): Promise<void> {
    const mine = (this.lastOfSubject.get(subject) ?? Promise.resolve()).then(post);
    this.lastOfSubject.set(subject, mine);
    await mine;
    if (this.lastOfSubject.get(subject) === mine) this.lastOfSubject.delete(subject);
  }

  private async postWithRetries(delivery: Delivery, notification: Notification, text: string): Promise<void> {
    const allowed = { allowLoopbackHttp: this.options.allowLoopbackHttp, stopped: this.options.stopped };
    for (let left = notification.retry.times; ; left -= 1) {
      const at = new Date(this.clock.now()).toISOString();
      const outcome = await postWebhook(notification, text, allowed);
      if (outcome === 'undeliverable') {
        delivery.state = 'undeliverable';
        return;
      }
      delivery.attempts.push({ at, ...outcome });
      if (outcome.statusCode !== null && outcome.statusCode >= 200 && outcome.statusCode < 300) {
        delivery.state = 'delivered';
        return;
      }
      if (left <= 0 || this.options.stopped.aborted) break;
      await this.until(this.clock.now() + notification.retry.delayMs);
    }
    delivery.state = 'failed';
  }

  private until(atMs: number): Promise<void> {
    return new Promise((resolve) => this.clock.schedule(atMs, resolve));
  }
}
