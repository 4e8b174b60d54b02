/** One thing measured: when it began (ms since the run began), what became of it, and how long it took (ms). */
export interface Sample {
  at: number;
  outcome: string;
  ms: number;
}

/** Nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(Math.ceil((rank / 100) * sorted.length) - 1, 0)] ?? Number.NaN;
}

export interface Summary {
  count: number;
  p50: number;
  p99: number;
}

export function summaryOf(samples: readonly Sample[]): Summary {
  const durations = samples.map(({ ms }) => ms);
  return {
    count: samples.length,
    p50: Math.round(percentile(durations, 50)),
    p99: Math.round(percentile(durations, 99)),
  };
}

export const between = (samples: readonly Sample[], from: number, to: number): Sample[] =>
  samples.filter(({ at }) => at >= from && at < to);

export function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
  return counts;
}
