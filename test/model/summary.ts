import { judge } from './judge';
import type { RecordedRun } from './recorded-run';
import { VIOLATION_KINDS, type ViolationKind } from './violation';

/** What became of the payments of a run, in figures. */
export interface RunSummary {
  payments: number;
  /** By last status; `unknown` are those that the API does not know. */
  outcomes: Record<string, number>;
  byProvider: Record<string, ProviderSummary>;
  /** Payments that wait for a person. */
  needsReview: number;
  /** Refunds that wait for a person. */
  refundsNeedReview: number;
  charges: number;
  refunds: number;
  violations: Record<ViolationKind, number>;
}

interface ProviderSummary {
  payments: number;
  outcomes: Record<string, number>;
  /** Payments that wait for a person, by `review.reason`. */
  reviewReasons: Record<string, number>;
  refundsNeedReview: number;
}

export function summarize(run: RecordedRun): RunSummary {
  const summary: RunSummary = {
    payments: run.payments.length,
    outcomes: {},
    byProvider: {},
    needsReview: 0,
    refundsNeedReview: 0,
    charges: 0,
    refunds: 0,
    violations: Object.fromEntries(VIOLATION_KINDS.map((kind) => [kind, 0])) as Record<ViolationKind, number>,
  };
  for (const { provider, final, ledger } of run.payments) {
    const one = (summary.byProvider[provider] ??= {
      payments: 0,
      outcomes: {},
      reviewReasons: {},
      refundsNeedReview: 0,
    });
    const outcome = final?.payment.status ?? 'unknown';
    const inReview = final?.refunds.filter(({ status }) => status === 'needs_review').length ?? 0;
    one.payments += 1;
    one.refundsNeedReview += inReview;
    summary.refundsNeedReview += inReview;
    count(one.outcomes, outcome);
    count(summary.outcomes, outcome);
    if (final?.payment.review) {
      summary.needsReview += 1;
      count(one.reviewReasons, final.payment.review.reason);
    }
    summary.charges += ledger.charges.length;
    summary.refunds += ledger.refunds.length;
  }
  for (const { kind } of judge(run)) summary.violations[kind] += 1;
  return summary;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
