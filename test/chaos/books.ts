import type { RecordedLedger } from '../model/recorded-run';
import { capabilitiesOf } from '../../src/providers/capabilities';
import { PROVIDERS_UNDER_TEST } from '../companies/index';
import type { Payer } from './payer';

/** A call of the provider's that a fault struck. */
export interface StruckCall {
  company: string;
  call: string;
  /** `status 500`, `reset`, …; with what became of the effect. */
  fault: string;
  at: number;
  reference: string | null;
}

/** What chance did at one company. */
export interface FaultCount {
  company: string;
  calls: number;
  struck: number;
  webhooks: number;
  webhooksStruck: number;
  kinds: Record<string, number>;
}

interface Entry {
  reference: string | null;
  amountMinor: number;
  currency?: string;
  at: string;
  status?: string;
  voidedAt?: string | null;
}

interface RateEntry {
  id: string;
  struck: number;
  kind?: string;
  apply?: string;
  status?: number;
  drop?: boolean;
  duplicates?: number;
  delayMs?: number;
  reorder?: boolean;
}

interface RatesReport {
  calls: RateEntry[];
  webhooks: RateEntry[];
  drawn: { calls: Record<string, number>; webhooks: number };
}

/** The books of every company, by our reference at the provider. */
export async function readBooks(
  payer: Payer,
  companies: readonly string[],
): Promise<Map<string, RecordedLedger>> {
  const books = new Map<string, RecordedLedger>();
  const pageOf = (reference: string | null) => {
    const key = reference ?? '(none)';
    const page = books.get(key) ?? { charges: [], refunds: [] };
    books.set(key, page);
    return page;
  };
  for (const company of companies) {
    type Ledger = { charges: Entry[]; refunds?: Entry[] };
    const { charges, refunds = [] } = await payer.control<Ledger>('GET', `/${company}/ledger`);
    for (const charge of charges.filter(({ voidedAt }) => !voidedAt)) {
      pageOf(charge.reference).charges.push(moneyOf(charge));
    }
    const { refundDone, byDashboard } = refundsIn(company);
    for (const refund of refunds.filter(({ status }) => status !== undefined && status === refundDone)) {
      pageOf(refund.reference).refunds.push({ ...moneyOf(refund), ...(byDashboard && { byDashboard }) });
    }
  }
  return books;
}

/** What the company says of a refund that moved money, and whether only its dashboard refunds. */
function refundsIn(company: string): { refundDone: string | undefined; byDashboard: boolean } {
  const concerned = PROVIDERS_UNDER_TEST.filter((each) => each.company === company);
  const refundDone = concerned.map(({ chaos }) => chaos.refundDone).find((status) => status !== undefined);
  const byDashboard = concerned.every(({ provider }) => capabilitiesOf(provider).refund === 'none');
  return { refundDone, byDashboard };
}

function moneyOf({ amountMinor, currency = 'EUR', at }: Entry) {
  return { amount: amountMinor, currency, at: Date.parse(at) };
}

/** What faults by chance have struck so far. */
export async function readFaults(
  payer: Payer,
  companies: readonly string[],
): Promise<{ counts: FaultCount[]; struck: StruckCall[] }> {
  const counts: FaultCount[] = [];
  const struck: StruckCall[] = [];
  for (const company of companies) {
    const rates = await payer.control<RatesReport>('GET', `/${company}/fault-rates`);
    counts.push(countOf(company, rates));
    const names = new Map(rates.calls.map((entry) => [entry.id, nameOf(entry)]));
    type Log = { calls: { call: string; at: string; reference: string | null; fault: { id: string } }[] };
    const { calls } = await payer.control<Log>('GET', `/${company}/calls?struck=true`);
    for (const { call, at, reference, fault } of calls) {
      const name = names.get(fault.id) ?? 'ordered';
      struck.push({ company, call, fault: name, at: Date.parse(at), reference });
    }
  }
  return { counts, struck };
}

function countOf(company: string, { calls, webhooks, drawn }: RatesReport): FaultCount {
  const kinds: Record<string, number> = {};
  for (const entry of [...calls, ...webhooks]) {
    const name = nameOf(entry);
    kinds[name] = (kinds[name] ?? 0) + entry.struck;
  }
  const sum = (entries: RateEntry[]) => entries.reduce((total, { struck }) => total + struck, 0);
  return {
    company,
    calls: Object.values(drawn.calls).reduce((total, count) => total + count, 0),
    struck: sum(calls),
    webhooks: drawn.webhooks,
    webhooksStruck: sum(webhooks),
    kinds,
  };
}

const EFFECTS: Readonly<Record<string, string>> = {
  before: ', effect kept',
  after: ', effect late',
  never: ', no effect',
};

function nameOf({ kind, apply, status = 500, drop, duplicates, reorder }: RateEntry): string {
  if (kind === undefined) {
    if (drop) return 'webhook dropped';
    if (duplicates) return 'webhook repeated';
    return reorder ? 'webhook reordered' : 'webhook late';
  }
  if (status === 429 || status === 200) return 'busy, no effect';
  const what = kind === 'status' ? String(status) : kind.replaceAll('_', ' ');
  return what + (EFFECTS[apply ?? ''] ?? '');
}
