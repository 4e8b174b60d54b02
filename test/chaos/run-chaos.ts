import { setMaxListeners } from 'node:events';
import type { Payment, ProviderId } from '../../src/domain/payment';
import { judge } from '../model/judge';
import type { RecordedRun } from '../model/recorded-run';
import type { Violation } from '../model/violation';
import { sandboxSettings } from '../companies/accounts';
import { companiesOf, PROVIDERS_UNDER_TEST } from '../companies/index';
import { Backend, type CreateTime } from './backend';
import { type FaultCount, readBooks, readFaults, type StruckCall } from './books';
import { EventReceiver } from './event-receiver';
import { evidenceOf, lastReadings, strayMoney } from './evidence';
import { planFaults } from './fault-plan';
import { Fleet, type UnexpectedEnd } from './fleet';
import { playAll } from './load';
import { type MemorySample, MemoryWatch } from './memory';
import { type DoneAct, Nemesis } from './nemesis';
import { OnePayment } from './one-payment';
import { Payer } from './payer';
import { planPayments, WAITS } from './payment-plan';
import { readProviderCalls } from './provider-calls';
import { isLastingDoubt, type Unsettled, untilQuiet } from './quiet';
import { SeededRandom } from './seeded-random';

export type Phase = 'starting' | 'load' | 'settling' | 'events' | 'reading' | 'stopping';

export interface ChaosOptions {
  payments: number;
  providers: readonly ProviderId[];
  seed: number;
  /** Share of the providers' calls that go wrong, 0 to 1. */
  faultRate: number;
  /** Payments started a second. */
  rate: number;
  /** Calls of the backend at one time, and payments open at one time. */
  callsAtOnce: number;
  mostOpen: number;
  /** Whether processes and links are disturbed, and how long they are left alone in between. */
  nemesis: { healthyMs: readonly [number, number] } | null;
  /** However it goes, the run ends this long after it began. */
  endsWithinMs: number;
  temporalCli: string;
  directory: string;
  onProgress?: (phase: Phase, done: number, note?: string) => void;
}

/** Everything that a run showed. Times are epoch ms. */
export interface ChaosResult {
  began: number;
  loadBegan: number;
  loadEnded: number;
  ended: number;
  run: RecordedRun;
  /** Broken promises. */
  violations: Violation[];
  /** Keys of payments that only wait for time to pass, longer than the run: no money moved. */
  lastingDoubts: string[];
  /** What Holdfast wrote down about payments with a broken promise or a lasting doubt, by key. */
  timelines: Record<string, unknown>;
  /** References in the providers' books that belong to no payment of the run. */
  stray: string[];
  faults: FaultCount[];
  struck: StruckCall[];
  acts: DoneAct[];
  createTimes: CreateTime[];
  memory: MemorySample[];
  unexpectedEnds: UnexpectedEnd[];
  /** Answers of the API that no backend should get, and steps of the plan that came out otherwise. */
  oddities: string[];
  calls: { made: number; repeated: number };
  events: number;
}

/** The books of thousands of payments are long. */
const BOOK_PATIENCE_MS = 60_000;

/** Reading everything once more at the end. */
const READING_MS = 10 * 60_000;

/** Runs payments on real processes while these, their network and the providers fail, and judges what came of it. */
export async function runChaos(
  options: ChaosOptions,
  onFleet: (fleet: Fleet) => void = () => undefined,
): Promise<ChaosResult> {
  const began = Date.now();
  const progress = options.onProgress ?? (() => undefined);
  const receiver = await EventReceiver.open();
  progress('starting', 0);
  const fleet = await Fleet.start({
    temporalCli: options.temporalCli,
    directory: options.directory,
    receiverPort: receiver.port,
    eventsSecret: receiver.secret,
    onFleet,
    onStep: (member) => progress('starting', 0, member),
  });
  const memory = new MemoryWatch(() => fleet.pids());
  try {
    const over = timeLimit(began + options.endsWithinMs - Date.now());
    return await new ChaosRun(options, fleet, receiver, memory, over, began).run();
  } finally {
    memory.stop();
    progress('stopping', options.payments);
    await fleet.stop();
    await receiver.close();
  }
}

class ChaosRun {
  private readonly payer: Payer;
  private readonly backend: Backend;
  private readonly payments: OnePayment[];
  private readonly known = new Map<string, OnePayment>();
  private readonly companies: string[];
  private readonly nemesis: Nemesis;

  constructor(
    private readonly options: ChaosOptions,
    private readonly fleet: Fleet,
    private readonly receiver: EventReceiver,
    private readonly memory: MemoryWatch,
    private readonly over: AbortSignal,
    private readonly began: number,
  ) {
    const { providers, seed, callsAtOnce, nemesis } = options;
    this.payer = new Payer(fleet.sandboxUrl, over);
    this.backend = new Backend(fleet.apiUrls, fleet.apiKey, callsAtOnce, over);
    const stage = { backend: this.backend, payer: this.payer, over, known: this.known };
    this.payments = planPayments(options).map((plan) => new OnePayment(plan, stage));
    this.companies = companiesOf(providers);
    const random = new SeededRandom(seed).fork('nemesis');
    const healthyMs = nemesis?.healthyMs ?? ([0, 0] as const);
    this.nemesis = new Nemesis(fleet, receiver, random, { healthyMs }, ({ kind, target }) =>
      this.progress('load', `${kind} ${target}`),
    );
  }

  async run(): Promise<ChaosResult> {
    this.followEvents();
    await this.setUpSandbox();
    const loadBegan = Date.now();
    await this.load();
    const loadEnded = Date.now();
    const reader = new Payer(this.fleet.sandboxUrl, this.over, BOOK_PATIENCE_MS);
    const { counts, struck } = await readFaults(reader, this.companies);
    await reader.close();
    await this.calmSandbox();
    const unsettled = await untilQuiet(this.payments, {
      payer: this.payer,
      receiver: this.receiver,
      over: this.over,
      onProgress: (settled, phase) => this.options.onProgress?.(phase, settled),
    });
    const found = await this.judge(unsettled);
    return {
      ...found,
      began: this.began,
      loadBegan,
      loadEnded,
      ended: Date.now(),
      faults: counts,
      struck,
      acts: this.nemesis.done,
      createTimes: this.backend.createTimes,
      memory: this.memory.samples,
      unexpectedEnds: this.fleet.unexpectedEnds,
      oddities: [...this.backend.oddAnswers, ...this.surprises(), ...this.oddEvents()],
      calls: this.backend.calls,
      events: this.receiver.count(),
    };
  }

  /** Events that nobody of ours signed, or about a payment that was never acknowledged. */
  private oddEvents(): string[] {
    const { forged } = this.receiver;
    const unknown = this.receiver.paymentIds().filter((id) => !this.known.has(id));
    return [
      ...(forged > 0 ? [`${forged} events were not signed by our secret`] : []),
      ...unknown.map((id) => `events came about ${id}, which no create was answered with`),
    ];
  }

  private followEvents(): void {
    this.receiver.whenTaken((paymentId, payment) => {
      if (payment) this.known.get(paymentId)?.learn(payment as unknown as Payment);
    });
  }

  private async setUpSandbox(): Promise<void> {
    const { providers, faultRate, seed } = this.options;
    for (const [path, settings] of Object.entries(sandboxSettings(WAITS))) {
      await this.payer.control('POST', path, settings);
    }
    for (const { company, chaos } of PROVIDERS_UNDER_TEST) {
      if (chaos.sandboxSettings)
        await this.payer.control('POST', `/${company}/settings`, chaos.sandboxSettings);
    }
    for (const [company, rates] of planFaults(providers, faultRate, seed)) {
      await this.payer.control('POST', `/${company}/fault-rates`, rates);
    }
  }

  private async load(): Promise<void> {
    const { rate, mostOpen, nemesis } = this.options;
    const played = new AbortController();
    const ticker = setInterval(() => this.progress('load'), 500);
    const disturbing = nemesis ? this.nemesis.run(AbortSignal.any([played.signal, this.over])) : null;
    await playAll(this.payments, { rate, mostOpen }, this.over);
    clearInterval(ticker);
    played.abort();
    await disturbing;
  }

  /** From here on the providers are well, and send what they held back. */
  private async calmSandbox(): Promise<void> {
    for (const company of this.companies) {
      await this.payer.control('DELETE', `/${company}/fault-rates`);
      await this.payer.control('POST', `/${company}/webhooks/flush`);
    }
  }

  private async judge(unsettled: Unsettled) {
    const { fleet, receiver, options } = this;
    const over = timeLimit(READING_MS);
    const payer = new Payer(fleet.sandboxUrl, over, BOOK_PATIENCE_MS);
    const backend = new Backend(fleet.apiUrls, fleet.apiKey, options.callsAtOnce, over);
    const doubts: string[] = [];
    for (const one of new Set([...unsettled.payments, ...unsettled.refunds])) {
      if (await isLastingDoubt(one, payer)) doubts.push(one.plan.key);
    }
    const finals = await lastReadings(this.payments, backend, receiver, (read) =>
      options.onProgress?.('reading', read),
    );
    const books = await readBooks(payer, this.companies);
    const calls = await readProviderCalls(payer, this.companies);
    const run = evidenceOf(this.payments, receiver, finals, { books, calls });
    const violations = judge(run).filter(
      ({ rule, key }) => !(STILL_OPEN.includes(rule) && doubts.includes(key)),
    );
    const timelines: Record<string, unknown> = {};
    for (const key of new Set([...doubts, ...violations.map((each) => each.key)])) {
      const id = run.payments.find((payment) => payment.key === key)?.id;
      if (id) timelines[key] = await backend.timeline(id);
    }
    await Promise.all([payer, backend, this.payer, this.backend].map((each) => each.close()));
    return { run, violations, lastingDoubts: doubts, timelines, stray: strayMoney(this.payments, books) };
  }

  private surprises(): string[] {
    return this.payments.flatMap(({ surprise, played, plan }) => {
      const what = played ? surprise : 'the run was over before it was begun';
      return what === null ? [] : [`${plan.key}: ${what}`];
    });
  }

  private progress(phase: Phase, note?: string): void {
    const played = this.payments.filter((one) => one.played).length;
    this.options.onProgress?.(phase, played, note);
  }
}

/** What is no broken promise where only a proof is waited for. */
const STILL_OPEN: readonly string[] = ['payment_ends', 'refund_ends'];

function timeLimit(ms: number): AbortSignal {
  const signal = AbortSignal.timeout(Math.max(ms, 0));
  // Everything that waits listens to it.
  setMaxListeners(0, signal);
  return signal;
}
