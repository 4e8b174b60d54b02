import { PaymentStore } from '../../src/api/payment-store';
import { RefundStore } from '../../src/api/refund-store';
import { TemporalCalls } from '../../src/api/temporal-calls';
import { createRefundActivities, type RefundActivities } from '../../src/activities/refunds';
import { workflowIdOf } from '../../src/domain/payment';
import type { ProviderEvent } from '../../src/domain/provider-answer';
import { underTest } from '../companies/index';
import { judge } from '../model/judge';
import type { RecordedPayment } from '../model/recorded-run';
import type { Violation } from '../model/violation';
import { Backend } from './backend';
import type { Activity, Call, Callback, Company } from './companies/company';
import type { Act, CallbackFate, CallKind, Fault, Outage, Schedule } from './schedule';
import { seenPayment, seenRefund } from './seen';
import { LINKS, type Seams, Shop, SOUND } from './shop';
import { VirtualClient } from './virtual-client';
import type { ActivityEnd } from './activity-calls';
import { VirtualServer } from './virtual-server';
import { Agenda, Dice } from './virtual-time';
import type { WorkflowRuntime } from './workflow-runtime';

const START = Date.parse('2026-01-31T10:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Nothing new can come any more, yet the payment goes on looking: for so long it is let look. */
const LOOKS_ON_FOR = 2 * HOUR;
/** Then all workers sleep for longer than any payment is watched, and for longer than any of its refunds, one after the other. */
const SLEEPS = [49 * HOUR, 49 * HOUR, ...Array<number>(4).fill(15 * 24 * HOUR)];

/** What a schedule came to. */
export interface Played {
  payment: RecordedPayment;
  violations: Violation[];
  /** How often each kind of fault was met. */
  faults: Record<string, number>;
  activations: number;
  replays: number;
}

/** Plays one schedule from the first request until everything is quiet, and judges it. */
export async function play(
  runtime: WorkflowRuntime,
  schedule: Schedule,
  seams: Seams = SOUND,
): Promise<Played> {
  const stage = new Stage(runtime, schedule, seams);
  try {
    return await stage.play();
  } finally {
    await stage.close();
  }
}

class Stage {
  private readonly agenda = new Agenda(START);
  private readonly dice: Dice;
  private readonly company: Company;
  private readonly server: VirtualServer;
  private readonly client: VirtualClient;
  private readonly backend: Backend;
  private readonly store: PaymentStore;
  private readonly shop: Shop;
  private readonly activities: Readonly<Record<string, Activity>>;
  private readonly faults: Map<CallKind, Fault[]>;
  private readonly fates: CallbackFate[];
  private readonly met: Record<string, number> = {};
  /** What is planned that may be news to the payment. */
  private news = 0;
  private lastNews = START;
  private open = 0;
  private failure: Error | undefined;

  constructor(
    runtime: WorkflowRuntime,
    private readonly schedule: Schedule,
    seams: Seams,
  ) {
    this.dice = new Dice(schedule.seed);
    this.faults = new Map(
      Object.entries(schedule.faults).map(([kind, list]) => [kind as CallKind, [...list]]),
    );
    this.fates = [...schedule.callbacks];
    const { company: Played } = underTest(schedule.provider).simulation;
    this.company = new Played({
      agenda: this.agenda,
      dice: this.dice,
      schedule,
      later: (delayMs, run) => this.later(delayMs, run),
      callBack: (callback) => this.callBack(callback),
    });
    this.server = new VirtualServer(runtime, this.agenda, this.dice, (activity) => this.carryOut(activity));
    this.client = new VirtualClient(this.server, this.agenda, this.dice);
    const client = this.client.asClient();
    const calls = new TemporalCalls(client);
    this.store = new PaymentStore(calls, () => ({ urls: LINKS, notify: true }));
    this.shop = new Shop(this.agenda, schedule, this.store, new RefundStore(calls), seams);
    this.backend = new Backend(this.agenda, schedule, START, () => client);
    const refundActivities = createRefundActivities(client, 'holdfast');
    this.activities = {
      ...this.company.activities,
      ...this.backend.activities,
      handOverRefunds: { kind: 'hand_over', run: (call) => handOver(call, refundActivities) },
    };
  }

  async play(): Promise<Played> {
    const { schedule, server } = this;
    this.client.forgetsUpdates = schedule.forgetsUpdates;
    server.replayBefore = new Set(schedule.replayBefore);
    server.suggestContinueAsNewAt = new Set(schedule.continueAsNewAt);
    this.planOutages(schedule.workersDown, (until, what) => {
      if (what === 'calls') server.holdCalls(until);
      else server.workersUpAt = Math.max(server.workersUpAt, until);
    });
    this.planOutages(schedule.temporalDown, (until) => (this.client.downUntil = until));
    for (const { from, seconds } of schedule.backendDown)
      this.later((from + seconds) * 1_000, () => undefined);
    this.later(0, () => this.perform(() => this.shop.create()));
    for (const { at, act } of schedule.acts) this.later(at * 1_000, () => this.act(act));
    await this.untilQuiet();
    for (const decision of schedule.person) await this.decide(decision);
    return this.result();
  }

  close(): Promise<void> {
    return this.server.dispose();
  }

  private planOutages(
    outages: readonly Outage[],
    begin: (until: number, what: Outage['what']) => void,
  ): void {
    for (const { from, seconds, what } of outages) {
      this.later(from * 1_000, () => {
        begin(this.agenda.now + seconds * 1_000, what);
        this.later(seconds * 1_000, () => undefined);
      });
    }
  }

  private later(delayMs: number, run: () => void): void {
    this.news += 1;
    this.agenda.after(Math.max(delayMs, 0), () => {
      this.news -= 1;
      this.lastNews = this.agenda.now;
      run();
    });
  }

  /** Lets everything happen that can; a payment that merely looks on is let sleep over its watch. */
  private async untilQuiet(): Promise<void> {
    for (const sleep of [...SLEEPS, 0]) {
      const enough = () =>
        this.news === 0 && this.open === 0 && this.agenda.now > this.lastNews + LOOKS_ON_FOR;
      while (this.agenda.next < Infinity && !enough()) {
        await this.agenda.step();
        const failure = this.failure ?? this.server.failure;
        if (failure) throw failure;
      }
      if (sleep === 0 || this.agenda.next > this.agenda.now + 20 * 24 * HOUR) return;
      this.server.workersUpAt = this.agenda.now + sleep;
      this.later(sleep, () => undefined);
    }
  }

  private act(act: Act): void {
    const { shop, company } = this;
    const { paymentId } = shop;
    switch (act.do) {
      case 'create':
        return this.perform(() => shop.create(act.answerLost));
      case 'approve':
      case 'decline':
      case 'withdraw': {
        const reference = this.shownReference();
        if (reference !== null) company.payer(act.do, reference);
        return;
      }
      case 'come_back':
      case 'stray_callback':
        return this.perform(() => this.hint(act.do));
      case 'confirm':
        return this.perform(() => shop.confirm());
      case 'cancel':
        return this.perform(() => shop.cancel());
      case 'recheck':
        return this.perform(() => shop.recheck());
      case 'read':
        return this.perform(() => shop.read());
      case 'read_refunds':
        return this.perform(() => shop.readRefunds());
      case 'refund':
        return this.perform(() => shop.refund(act.key, act.amount, act.answerLost));
      case 'resolve':
        return this.perform(() => shop.resolve(act.decision));
      case 'resolve_refund':
        return this.perform(() => shop.resolveRefund(act.decision));
      case 'dashboard_refund':
      case 'dashboard_refund_turned_down':
        return company.dashboard(act.do);
      case 'cancel_in_ui': {
        const execution = this.server.find(workflowIdOf(paymentId));
        if (execution) this.server.cancel(execution);
      }
    }
  }

  /** Begins something that takes its time; quiet comes only after it. */
  private perform(work: () => Promise<unknown>): void {
    this.open += 1;
    work().then(
      () => (this.open -= 1),
      (error: Error) => (this.failure = error),
    );
  }

  /** What the payer sees: the provider's id of the payment, once there is a next step. */
  private shownReference(): string | null {
    const memo = this.server.find(workflowIdOf(this.shop.paymentId))?.memo as
      { payment: { providerReference: string | null }; timeline: { type: string }[] } | undefined;
    const shown = memo?.timeline.some(({ type }) => type === 'opened');
    return shown ? (memo?.payment.providerReference ?? null) : null;
  }

  private async hint(id: string): Promise<void> {
    const event = { id, receivedAt: new Date(this.agenda.now).toISOString(), statement: id };
    // Whoever comes back is sent on even when Temporal is out of reach.
    if (await this.shop.known().catch(() => null))
      await this.store.hint(this.shop.paymentId, event, 1_000).catch(() => undefined);
  }

  private callBack(callback: Callback): void {
    const fate = this.fates.shift() ?? 'ok';
    this.count(`callback ${fate}`);
    const send = (delayMs: number, sent = callback) =>
      this.later(delayMs, () => this.perform(() => this.deliver(sent)));
    const soon = 20 + this.dice.roll(3_000);
    if (fate === 'lost') return;
    if (fate === 'at_once') return send(0);
    if (fate === 'late') return send(this.dice.roll(this.dice.roll(2) === 0 ? 10 * MINUTE : 30 * HOUR));
    if (fate === 'twice') send(soon + this.dice.roll(5 * MINUTE));
    send(soon, fate === 'lying_amount' ? lying(callback) : callback);
  }

  /** As the webhook routes do: what cannot be taken or checked now is sent again by the provider. */
  private async deliver({ id, statement, proven, refundReference }: Callback, tries = 1): Promise<void> {
    const event: ProviderEvent = {
      id,
      receivedAt: new Date(this.agenda.now).toISOString(),
      statement,
      ...(proven && { proven }),
      ...(refundReference && { refundReference }),
    };
    const again = () => {
      if (tries < 6)
        this.later(MINUTE * tries, () =>
          this.perform(() => this.deliver({ id, statement, proven, refundReference }, tries + 1)),
        );
    };
    const stored = await this.shop.known().catch(() => null);
    const { callbacksNeedSecrets } = underTest(this.schedule.provider).simulation;
    const unchecked = callbacksNeedSecrets && !stored?.private.callbackSecrets;
    if (!stored || unchecked) return again();
    await this.store.deliver(this.shop.paymentId, event, 1_000).catch(again);
  }

  private carryOut({
    type,
    args,
    attempt,
  }: {
    type: string;
    args: unknown[];
    attempt: number;
  }): Promise<ActivityEnd> {
    const activity = this.activities[type];
    if (!activity) throw new Error(`nobody carries out ${type}`);
    const fault = this.faults.get(activity.kind)?.shift() ?? 'ok';
    if (fault !== 'ok') this.count(`${activity.kind} ${fault}`);
    return activity.run({ args, fault, attempt });
  }

  private count(what: string): void {
    this.met[what] = (this.met[what] ?? 0) + 1;
  }

  private async decide(decision: 'succeeded' | 'failed' | 'refund'): Promise<void> {
    this.later(0, () =>
      this.perform(async () => {
        const stored = await this.shop.known();
        if (stored?.payment.status === 'needs_review') await this.shop.resolve(decision);
        else if (stored?.refunds.some(({ status }) => status === 'needs_review'))
          await this.shop.resolveRefund(decision === 'failed' ? 'failed' : 'succeeded');
      }),
    );
    await this.untilQuiet();
  }

  private async result(): Promise<Played> {
    let final: RecordedPayment['final'] = null;
    this.perform(async () => {
      const stored = await this.shop.known();
      if (stored) final = { payment: seenPayment(stored.payment), refunds: stored.refunds.map(seenRefund) };
    });
    while (this.open > 0 && !this.failure) await this.agenda.step();
    if (this.failure) throw this.failure;
    const failed = this.server.executions.find(({ status }) => status === 'FAILED');
    if (failed) throw new Error(`${failed.workflowId} failed`);
    const { provider, amount } = this.schedule;
    const payment: RecordedPayment = {
      key: 'order-1',
      id: this.shop.paymentId,
      provider,
      asked: { amount, currency: underTest(provider).order.currency },
      answers: this.shop.answers,
      deliveries: this.backend.deliveries,
      final,
      ledger: this.company.ledger,
    };
    const { activations, replays } = this.server;
    return { payment, violations: judge({ payments: [payment] }), faults: this.met, activations, replays };
  }
}

function lying(callback: Callback): Callback {
  const { proven } = callback;
  return proven?.state === 'paid'
    ? { ...callback, proven: { ...proven, amount: proven.amount + 1 } }
    : callback;
}

async function handOver({ args, fault }: Call, activities: RefundActivities): Promise<ActivityEnd> {
  if (fault === 'dies_without_effect') return { lost: true };
  try {
    const [closed, seen] = args as Parameters<RefundActivities['handOverRefunds']>;
    await activities.handOverRefunds(closed, seen);
  } catch {
    return { error: { type: 'unavailable', message: 'Temporal is out of reach', retryable: true } };
  }
  return fault.startsWith('dies') ? { lost: true } : { result: undefined };
}
