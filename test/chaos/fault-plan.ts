import type { ProviderId } from '../../src/domain/payment';
import { callsOfCompany, companiesOf, PROVIDERS_UNDER_TEST } from '../companies/index';

/** The sandbox's order of faults by chance (docs/sandbox.md, Faults by chance). */
export interface FaultRates {
  seed: number;
  calls: { call: string; kind: string; apply?: string; status?: number; ms?: number; rate: number }[];
  webhooks: { rate: number; drop?: true; duplicates?: number; delayMs?: number; reorder?: true }[];
}

export const FAULT_PRESETS: Readonly<Record<string, number>> = {
  none: 0,
  light: 0.05,
  default: 0.15,
  heavy: 0.3,
};

interface Kind {
  kind: string;
  apply?: 'before' | 'after' | 'never';
  status?: number;
  headers?: Record<string, string>;
  body?: Record<string, unknown>;
  ms?: number;
  /** Share of all faults. */
  weight: number;
}

const BUSY: Kind = {
  kind: 'status',
  status: 429,
  headers: { 'retry-after': '1' },
  apply: 'never',
  weight: 12,
};

/** `before`: the answer is lost, the effect is not. `after`: so is the answer, and the effect comes later. */
const KINDS: readonly Kind[] = [
  { kind: 'status', status: 500, apply: 'never', weight: 14 },
  { kind: 'status', status: 500, apply: 'before', weight: 10 },
  BUSY,
  { kind: 'hang', apply: 'before', weight: 8 },
  { kind: 'hang', apply: 'never', weight: 7 },
  { kind: 'reset', apply: 'before', weight: 12 },
  { kind: 'reset', apply: 'never', weight: 10 },
  { kind: 'reset', apply: 'after', ms: 1_500, weight: 8 },
  { kind: 'garbage', apply: 'before', weight: 8 },
  { kind: 'wrong_content_type', weight: 7 },
  { kind: 'slow', ms: 1_500, weight: 12 },
];

/** The rates of every company that serves one of these providers. `rate` is the share of its calls that go wrong. */
export function planFaults(providers: readonly ProviderId[], rate: number, seed: number) {
  const plans = new Map<string, FaultRates>();
  for (const company of companiesOf(providers)) {
    plans.set(company, {
      seed,
      calls: callsOfCompany(company).flatMap((call) => faultsOf(call, kindsFor(company, call), rate)),
      webhooks: webhookFaults(rate),
    });
  }
  return plans;
}

/** A doubt that no run can wait for is not caused: the call is struck by what leaves an effect, or proves that there is none. */
function kindsFor(company: string, call: string): readonly Kind[] {
  const concerned = PROVIDERS_UNDER_TEST.filter((each) => each.company === company);
  const [busy] = concerned.flatMap(({ chaos }) => chaos.busy ?? []);
  const kinds = KINDS.map((kind) => (kind === BUSY && busy ? { ...BUSY, headers: {}, ...busy } : kind));
  if (!concerned.some(({ chaos }) => chaos.losesForLong?.includes(call))) return kinds;
  return kinds.filter((kind, index) => kind.apply !== 'never' || KINDS[index] === BUSY);
}

function faultsOf(call: string, kinds: readonly Kind[], rate: number): FaultRates['calls'] {
  if (rate === 0) return [];
  const all = kinds.reduce((sum, { weight }) => sum + weight, 0);
  return kinds.map(({ weight, ...kind }) => ({ call, ...kind, rate: (rate * weight) / all }));
}

function webhookFaults(rate: number): FaultRates['webhooks'] {
  if (rate === 0) return [];
  return [
    { drop: true, rate: rate * 0.5 },
    { duplicates: 2, rate: rate * 0.5 },
    { delayMs: 6_000, rate: rate * 0.5 },
    { reorder: true, rate: rate * 0.25 },
  ];
}
