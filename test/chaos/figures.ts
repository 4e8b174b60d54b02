import type { RecordedPayment } from '../model/recorded-run';
import { type RunSummary, summarize } from '../model/summary';
import type { StruckCall } from './books';
import { referenceOf } from './evidence';
import type { ChaosResult } from './run-chaos';

const AT_REST: readonly string[] = ['succeeded', 'failed', 'expired', 'cancelled', 'needs_review'];
const SPAN_MS = 5_000;

export interface Spread {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

/** What happened in one span of time of the run. */
interface Span {
  /** Seconds since the load began. */
  second: number;
  startedPerSecond: number;
  endedPerSecond: number;
  /** Create, first try to acknowledgement, ms; null where none was acknowledged. */
  create: { p50: number; p99: number } | null;
}

/** Why payments or refunds wait for a person. */
interface HumanCause {
  provider: string;
  what: 'payment' | 'refund';
  reason: string;
  /** What struck its calls at the provider. */
  faults: string;
  count: number;
}

/** The result in figures; times in milliseconds. */
export interface Figures {
  summary: RunSummary;
  create: { total: Spread; answered: Spread; repeated: number };
  /** From a fault to the payment's end, or to the person who has to decide. */
  timeToTruth: Record<string, Spread>;
  humans: HumanCause[];
  spans: Span[];
  faulty: { calls: number; struck: number; webhooks: number; webhooksStruck: number };
  paymentsPerSecond: number;
}

export function figuresOf(result: ChaosResult): Figures {
  const { run, createTimes, faults, loadBegan, loadEnded } = result;
  const sum = (of: (fault: (typeof faults)[number]) => number) =>
    faults.reduce((total, fault) => total + of(fault), 0);
  return {
    summary: summarize(run),
    create: {
      total: spreadOf(createTimes.map(({ totalMs }) => totalMs)),
      answered: spreadOf(createTimes.map(({ answerMs }) => answerMs)),
      repeated: createTimes.filter(({ tries }) => tries > 1).length,
    },
    timeToTruth: timesToTruth(result),
    humans: humanCauses(run.payments, result.struck),
    spans: spansOf(result),
    faulty: {
      calls: sum(({ calls }) => calls),
      struck: sum(({ struck }) => struck),
      webhooks: sum(({ webhooks }) => webhooks),
      webhooksStruck: sum(({ webhooksStruck }) => webhooksStruck),
    },
    paymentsPerSecond: run.payments.length / ((loadEnded - loadBegan) / 1_000),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

/** When it first ended or was for a person, by its own clock; null: never. */
function restOf({ deliveries, answers, final }: RecordedPayment): number | null {
  const views = [
    ...answers.flatMap(({ payment }) => payment ?? []),
    ...deliveries.flatMap(({ payment }) => payment ?? []),
    ...(final ? [final.payment] : []),
  ].filter(({ status }) => AT_REST.includes(status));
  return views.length === 0 ? null : Math.min(...views.map(({ updatedAt }) => Date.parse(updatedAt)));
}

function timesToTruth({ run, struck, acts }: ChaosResult): Record<string, Spread> {
  const times = new Map<string, number[]>();
  const note = (kind: string, ms: number) => {
    const known = times.get(kind) ?? [];
    times.set(kind, known);
    known.push(ms);
  };
  const struckBy = byReference(struck);
  for (const payment of run.payments) {
    const rest = restOf(payment);
    const asked = payment.answers[0]?.sentAt;
    if (rest === null || payment.id === null || asked === undefined) continue;
    for (const { fault, at } of struckBy.get(referenceOf(payment.id)) ?? []) {
      if (at <= rest) note(`call: ${fault}`, rest - at);
    }
    for (const { kind, from } of acts) {
      if (asked <= from && from <= rest) note(`process or link: ${kind.replaceAll('_', ' ')}`, rest - from);
    }
  }
  const kinds = [...times].sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(kinds.map(([kind, values]) => [kind, spreadOf(values)]));
}

function humanCauses(payments: readonly RecordedPayment[], struck: readonly StruckCall[]): HumanCause[] {
  const causes = new Map<string, HumanCause>();
  const struckBy = byReference(struck);
  const note = (payment: RecordedPayment, what: HumanCause['what'], reason: string) => {
    const faults = (struckBy.get(referenceOf(payment.id ?? '')) ?? [])
      .filter(({ call }) => (call === 'refund') === (what === 'refund'))
      .map(({ call, fault }) => `${call}: ${fault}`);
    const named = [...new Set(faults)].sort().join('; ') || 'no fault of a call';
    const key = `${payment.provider} ${what} ${reason} ${named}`;
    const cause = causes.get(key) ?? { provider: payment.provider, what, reason, faults: named, count: 0 };
    causes.set(key, { ...cause, count: cause.count + 1 });
  };
  for (const payment of payments) {
    const review = payment.final?.payment.review;
    if (review) note(payment, 'payment', `${review.reason}: ${review.detail}`);
    for (const { status } of payment.final?.refunds ?? []) {
      if (status === 'needs_review') note(payment, 'refund', 'outcome unknown');
    }
  }
  return [...causes.values()].sort((a, b) => b.count - a.count);
}

function byReference(struck: readonly StruckCall[]): Map<string, StruckCall[]> {
  const found = new Map<string, StruckCall[]>();
  for (const call of struck) {
    if (call.reference === null) continue;
    const known = found.get(call.reference) ?? [];
    found.set(call.reference, known);
    known.push(call);
  }
  return found;
}

function spansOf({ run, createTimes, loadBegan, ended }: ChaosResult): Span[] {
  const starts = run.payments.flatMap(({ answers }) => answers[0]?.sentAt ?? []);
  const ends = run.payments.flatMap((payment) => restOf(payment) ?? []);
  const count = Math.ceil((ended - loadBegan) / SPAN_MS);
  const spanOf = (at: number) => Math.floor((at - loadBegan) / SPAN_MS);
  const perSecond = (times: readonly number[], span: number) =>
    times.filter((at) => spanOf(at) === span).length / (SPAN_MS / 1_000);
  const creates = new Map<number, number[]>();
  for (const { at, totalMs } of createTimes) {
    creates.set(spanOf(at), [...(creates.get(spanOf(at)) ?? []), totalMs]);
  }
  return Array.from({ length: count }, (_, span) => {
    const times = creates.get(span);
    const { p50, p99 } = spreadOf(times ?? []);
    return {
      second: (span * SPAN_MS) / 1_000,
      startedPerSecond: perSecond(starts, span),
      endedPerSecond: perSecond(ends, span),
      create: times ? { p50, p99 } : null,
    };
  });
}
