import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { payments } from '../src/client';
import { SandboxControl } from '../src/local/demo/sandbox';
import { STORIES, type Story } from '../src/local/demo/stories';
import type { Payment, ProviderId } from '../src/domain/payment';
import type { LocalSystem } from '../src/local/system';
import type { EventReceiver } from './event-receiver';
import type { Sample } from './samples';

/** One payment that was accepted. */
export interface Accepted {
  id: string;
  provider: ProviderId;
  /** ms since the run began: when it was asked for. */
  at: number;
}

/** Asks for payments, plays their payers, and notes how long everything took. */
export class Traffic {
  readonly began = Date.now();
  /** From the request to its answer, whatever it was. The outcome is `provider status`. */
  readonly answers: Sample[] = [];
  /** From the payer's act to the event that says succeeded. The outcome is the provider. */
  readonly payments: Sample[] = [];
  readonly accepted: Accepted[] = [];
  refusedWithoutRetryAfter = 0;
  /** Requests that no answer has come to. */
  private asking = 0;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly system: LocalSystem,
    private readonly receiver: EventReceiver,
  ) {}

  /** Asks `perSecond` times a second, in turn at each provider, whatever becomes of it; `seconds` long. */
  async openLoop(providers: readonly ProviderId[], perSecond: number, seconds: number): Promise<void> {
    const start = Date.now();
    for (let count = 0; count < perSecond * seconds; count += 1) {
      const due = start + (count * 1_000) / perSecond;
      if (due > Date.now()) await sleep(due - Date.now());
      const provider = providers[count % providers.length];
      // Measured from when it was due: a generator that falls behind must not hide that.
      if (provider) this.launch(this.pay(provider, due));
    }
  }

  /** `clients` who each begin the next payment when the last has ended; `seconds` long. @returns payments a second */
  async closedLoop(providers: readonly ProviderId[], clients: number, seconds: number): Promise<number> {
    const until = Date.now() + seconds * 1_000;
    const before = this.payments.length;
    const client = async (number: number) => {
      for (let count = number; Date.now() < until; count += 1) {
        const provider = providers[count % providers.length];
        if (provider) await this.pay(provider, Date.now());
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
    return (this.payments.length - before) / seconds;
  }

  get elapsed(): number {
    return Date.now() - this.began;
  }

  get unfinished(): number {
    return this.underWay.size;
  }

  /** Waits until everything that was accepted has ended. @returns those that have not when `withinMs` are over */
  async drained(withinMs: number, say: (line: string) => void): Promise<Accepted[]> {
    const until = Date.now() + withinMs;
    const open = () => this.accepted.filter(({ id }) => !this.receiver.ends.has(id));
    const progress = setInterval(() => say(`waiting for the end of ${open().length} payments`), 15_000);
    while ((open().length > 0 || this.asking > 0) && Date.now() < until) await sleep(500);
    clearInterval(progress);
    const holdfast = payments({ baseUrl: this.system.apiUrl, apiKey: this.system.apiKey });
    for (const { id, provider } of open().slice(0, 20)) {
      const status = await holdfast.get(id).then(
        (payment) => payment.status,
        (error: unknown) => String(error),
      );
      say(`${id} (${provider}) is ${status}`);
    }
    return open();
  }

  /** How an accepted payment ended, or `open`. */
  endOf({ id }: Accepted): string {
    return this.receiver.ends.get(id)?.status ?? 'open';
  }

  private launch(work: Promise<void>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  /** Never rejects: what goes wrong is an outcome. */
  private async pay(provider: ProviderId, began: number): Promise<void> {
    const note = (outcome: string) =>
      this.answers.push({
        at: began - this.began,
        outcome: `${provider} ${outcome}`,
        ms: Date.now() - began,
      });
    const story = storyOf(provider);
    let payment: Payment;
    try {
      const response = await this.ask(story);
      if (response.status !== 201) {
        if (response.headers.get('retry-after') === null) this.refusedWithoutRetryAfter += 1;
        await response.arrayBuffer();
        note(String(response.status));
        return;
      }
      payment = (await response.json()) as Payment;
    } catch (error) {
      note(`no answer (${error instanceof Error ? error.name : 'unknown'})`);
      return;
    }
    note('201');
    this.accepted.push({ id: payment.id, provider, at: began - this.began });
    await this.play(story, payment);
  }

  private async ask({ order }: Story): Promise<Response> {
    this.asking += 1;
    return fetch(`${this.system.apiUrl}/v1/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.system.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(30_000),
    }).finally(() => (this.asking -= 1));
  }

  /** A payment that is still processing has no page for its payer yet: the payer comes when it has. */
  private async play(story: Story, payment: Payment): Promise<void> {
    const holdfast = payments({ baseUrl: this.system.apiUrl, apiKey: this.system.apiKey });
    const sandbox = new SandboxControl(this.system.sandboxUrl);
    let current = payment;
    /** When the payer first tried: further tries are part of the wait. */
    let acted: number | null = null;
    for (;;) {
      try {
        // Told by its event: backends that asked again and again would be the load that is measured.
        if (current.status === 'processing') current = await this.receiver.told(current.id);
        if (current.status === 'requires_action' || current.status === 'requires_confirmation') {
          acted ??= Date.now();
          await story.act(current, { holdfast, sandbox });
        }
        const { at, status } = await this.receiver.end(current.id);
        if (status === 'succeeded' && acted !== null) {
          this.payments.push({ at: acted - this.began, outcome: story.order.provider, ms: at - acted });
        }
        return;
      } catch {
        // Refused, or nobody answered: a payer tries again.
        await sleep(2_000);
        current = await holdfast.get(current.id).catch(() => current);
      }
    }
  }
}

function storyOf(provider: ProviderId): Story {
  const story = STORIES.find(({ order, ends }) => order.provider === provider && ends === 'succeeded');
  if (!story) throw new Error(`${provider} has no story that ends well`);
  return story;
}
