import type { CallFacts } from './call-facts';
import type { SandboxClock } from './clock';
import { writeJson, type Json } from './exact-json';
import { redactUrl } from './redaction';
import type { WebhookTreatment } from './webhook-rules';
import { postWebhook } from './webhook-sending';

/** One message a company has for a merchant's server. */
export interface Notification {
  readonly facts: CallFacts & { readonly subject: string };
  readonly url: string | undefined;
  /** Which kind of address this is, for companies that tell several; each gets its webhooks in order. */
  readonly destination?: string;
  /** What it says, in one word (a status), for the delivery list. */
  readonly label: string;
  /** The body in each shape the company knows, and the one it sends when no rule says otherwise. */
  readonly bodies: Readonly<Record<string, Json>>;
  readonly defaultShape: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The headers that sign the text, for companies that do; a shape may be a forgery. */
  readonly sign?: (text: string, shape: string) => Readonly<Record<string, string>>;
  readonly omitUrlCredentials?: boolean;
  readonly anyHttpsPort?: boolean;
  readonly answerTimeoutMs?: number;
  readonly acknowledges?: (text: string) => boolean;
  /** `delayMs`: one gap before every further try, or each gap by itself. */
  readonly retry: { readonly times: number; readonly delayMs: number | readonly number[] };
}

/** One message as it goes over the wire. */
interface Message extends Pick<
  Notification,
  'omitUrlCredentials' | 'anyHttpsPort' | 'answerTimeoutMs' | 'acknowledges'
> {
  readonly url: string | undefined;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly retry: Notification['retry'];
}

type DeliveryState = 'pending' | 'held' | 'dropped' | 'undeliverable' | 'delivered' | 'failed';

interface DeliveryAttempt {
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
  readonly destination: string | null;
  readonly label: string;
  readonly shape: string;
  readonly url: string;
  state: DeliveryState;
  readonly attempts: DeliveryAttempt[];
}

export interface PlannedDelivery {
  readonly beforeAnswer: boolean;
  /** Resolves when every copy was tried once; further tries follow by themselves. Never rejects. */
  readonly send: () => Promise<void>;
}

/** Delivers one company's webhooks: those of one subject to one address in order, unless a rule says otherwise. */
export class WebhookDelivery {
  private deliveries: Delivery[] = [];
  private lastNumber = 0;
  private readonly lastOfLane = new Map<string, Promise<void>>();
  private readonly held = new Map<string, (() => Promise<void>)[]>();
  private readonly messages = new WeakMap<Delivery, Message>();

  constructor(
    private readonly clock: SandboxClock,
    /** What is done to a webhook; undefined: nothing. */
    private readonly treatmentOf: (facts: CallFacts, destination?: string) => WebhookTreatment | undefined,
    private readonly options: { readonly allowLoopbackHttp: boolean; readonly stopped: AbortSignal },
  ) {}

  /** Applies the rules to a message. Without an address there is nothing to do. */
  plan(notification: Notification): PlannedDelivery {
    if (notification.url === undefined) return { beforeAnswer: false, send: () => Promise.resolve() };
    const rule = this.treatmentOf(notification.facts, notification.destination);
    const shape = rule?.shape ?? notification.defaultShape;
    const message = messageOf(notification, shape);
    const copies = Array.from({ length: 1 + (rule?.duplicates ?? 0) }, () =>
      this.record(notification, shape, message),
    );
    if (rule?.drop === true) {
      for (const copy of copies) copy.state = 'dropped';
      return { beforeAnswer: false, send: () => Promise.resolve() };
    }
    const lane = laneOf(notification);
    const post = async (): Promise<void> => {
      for (const copy of copies) await this.post(copy, message);
    };
    const send = async (): Promise<void> => {
      if (rule?.reorder === true) return this.hold(lane, copies, post);
      if (rule !== undefined && rule.delayMs > 0) {
        // Outside the queue: what comes later may overtake a delayed message.
        await this.until(this.clock.now() + rule.delayMs);
        await post();
      } else {
        await this.inOrder(lane, post);
      }
      await this.release(lane);
    };
    return { beforeAnswer: rule?.beforeAnswer ?? false, send };
  }

  /**
   * Sends one message at once, past all rules, and returns how the first try went. `text` is sent as it
   * stands instead of the shape's body.
   */
  async sendNow(
    notification: Notification & { readonly url: string },
    shape: string,
    text?: string,
  ): Promise<Delivery> {
    const message = messageOf(notification, shape, text);
    const delivery = this.record(notification, shape, message);
    await this.post(delivery, message);
    return delivery;
  }

  /**
   * Sends the very bytes and headers of an earlier delivery once more, to its own or another address;
   * undefined when there is no such delivery.
   */
  async replay(id: string, url?: string): Promise<Delivery | undefined> {
    const earlier = this.deliveries.find((delivery) => delivery.id === id);
    const sent = earlier && this.messages.get(earlier);
    if (earlier === undefined || sent === undefined) return undefined;
    const message = { ...sent, url: url ?? sent.url, retry: { times: 0, delayMs: 0 } };
    const facts = {
      subject: earlier.subject,
      reference: earlier.reference ?? undefined,
      clientId: earlier.clientId ?? undefined,
    };
    const { label, destination } = earlier;
    const repeated = { facts, label, ...(destination === null ? {} : { destination }) };
    const delivery = this.record(repeated, earlier.shape, message);
    await this.post(delivery, message);
    return delivery;
  }

  /** Sends what `reorder` still holds back; says how many queues had something. */
  async flush(): Promise<number> {
    const lanes = [...this.held.keys()];
    await Promise.all(lanes.map((lane) => this.release(lane)));
    return lanes.length;
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

  private record(
    notification: Pick<Notification, 'facts' | 'label' | 'destination'>,
    shape: string,
    message: Message,
  ): Delivery {
    this.lastNumber += 1;
    const delivery: Delivery = {
      id: `delivery-${this.lastNumber}`,
      subject: notification.facts.subject,
      reference: notification.facts.reference ?? null,
      clientId: notification.facts.clientId ?? null,
      destination: notification.destination ?? null,
      label: notification.label,
      shape,
      url: redactUrl(message.url ?? ''),
      state: 'pending',
      attempts: [],
    };
    this.deliveries.push(delivery);
    this.messages.set(delivery, message);
    return delivery;
  }

  private async hold(lane: string, copies: readonly Delivery[], post: () => Promise<void>): Promise<void> {
    for (const copy of copies) copy.state = 'held';
    this.held.set(lane, [...(this.held.get(lane) ?? []), post]);
  }

  private async release(lane: string): Promise<void> {
    const waiting = this.held.get(lane) ?? [];
    this.held.delete(lane);
    for (const post of waiting) await this.inOrder(lane, post);
  }

  private async inOrder(lane: string, post: () => Promise<void>): Promise<void> {
    const mine = (this.lastOfLane.get(lane) ?? Promise.resolve()).then(post);
    this.lastOfLane.set(lane, mine);
    await mine;
    if (this.lastOfLane.get(lane) === mine) this.lastOfLane.delete(lane);
  }

  /** The first try. Further ones do not hold up what comes later. */
  private async post(delivery: Delivery, message: Message): Promise<void> {
    await this.tryOnce(delivery, message);
    if (delivery.state !== 'pending') return;
    if (message.retry.times > 0) void this.tryAgain(delivery, message);
    else delivery.state = 'failed';
  }

  private async tryAgain(delivery: Delivery, { retry, ...message }: Message): Promise<void> {
    for (let retried = 0; retried < retry.times && !this.options.stopped.aborted; retried += 1) {
      const { delayMs } = retry;
      const gapMs = typeof delayMs === 'number' ? delayMs : (delayMs[retried] ?? 0);
      await this.until(this.clock.now() + gapMs);
      await this.tryOnce(delivery, message);
      if (delivery.state !== 'pending') return;
    }
    delivery.state = 'failed';
  }

  /** Leaves the delivery `pending` when nobody received it. */
  private async tryOnce(delivery: Delivery, message: Omit<Message, 'retry'>): Promise<void> {
    const allowed = { allowLoopbackHttp: this.options.allowLoopbackHttp, stopped: this.options.stopped };
    const at = new Date(this.clock.now()).toISOString();
    const outcome = await postWebhook(message, message.text, allowed);
    delivery.state = 'pending';
    if (outcome === 'undeliverable') {
      delivery.state = 'undeliverable';
      return;
    }
    delivery.attempts.push({ at, ...outcome });
    const { statusCode, error } = outcome;
    if (error === null && statusCode !== null && statusCode >= 200 && statusCode < 300) {
      delivery.state = 'delivered';
    }
  }

  private until(atMs: number): Promise<void> {
    return new Promise((resolve) => this.clock.schedule(atMs, resolve));
  }
}

/** What is delivered in order among itself. */
function laneOf({ facts, destination, url }: Notification): string {
  return destination === undefined ? facts.subject : `${facts.subject} ${destination} ${url}`;
}

function messageOf(notification: Notification, shape: string, text?: string): Message {
  const { url, retry, headers, sign, omitUrlCredentials, anyHttpsPort, answerTimeoutMs, acknowledges } =
    notification;
  const sent = text ?? writeJson(notification.bodies[shape] ?? null);
  return {
    url,
    text: sent,
    retry,
    headers: { ...headers, ...sign?.(sent, shape) },
    ...(omitUrlCredentials === undefined ? {} : { omitUrlCredentials }),
    ...(anyHttpsPort === undefined ? {} : { anyHttpsPort }),
    ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
    ...(acknowledges === undefined ? {} : { acknowledges }),
  };
}
