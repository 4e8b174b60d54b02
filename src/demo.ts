import { randomUUID } from 'node:crypto';
import { payments } from './client';
import { describeMoney } from './domain/money';
import { type Payment, referenceAtProvider, type TimelineEntry } from './domain/payment';
import { isEnd } from './domain/status';
import type { LocalSystem } from './local-system';

interface Ledger {
  charges: { id: string; amountMinor: number }[];
}

export interface DemoResult {
  payment: Payment;
  timeline: TimelineEntry[];
  /** Charges in the provider's own books. */
  charges: Ledger['charges'];
  asExpected: boolean;
}

/** Takes one payment the way a backend, a payer and a provider would, and compares it with the provider's books. */
export async function takeDropPayPayment(
  system: LocalSystem,
  say: (line: string) => void,
): Promise<DemoResult> {
  const holdfast = payments({ baseUrl: system.apiUrl, apiKey: system.apiKey });
  const order = {
    provider: 'droppay-pos',
    amount: 1250,
    currency: 'EUR',
    reference: 'order-1042',
    description: 'Two tickets',
    returnUrl: 'https://shop.example/thanks',
  } as const;
  say(`backend   asks for ${describeMoney(order)}`);
  const created = await holdfast.create(order, randomUUID());
  say(`holdfast  ${created.id} is ${created.status}; the payer's page: ${created.checkoutUrl}`);
  const reference = referenceAtProvider(created.id);
  say('payer     approves in the app');
  await sandboxCall(system, 'POST', `/control/droppay/authorizations/${reference}/approve`);
  const payment = await untilEnded(holdfast, created.id);
  const { data: timeline } = await holdfast.events(payment.id);
  const { charges } = (await sandboxCall(
    system,
    'GET',
    `/control/droppay/ledger?reference=${reference}`,
  )) as Ledger;
  const once = charges.length === 1 && charges[0]?.amountMinor === order.amount;
  return { payment, timeline, charges, asExpected: payment.status === 'succeeded' && once };
}

/** The timeline of a payment with the time since it began, a line per fact. */
export function timelineLines(timeline: TimelineEntry[]): string[] {
  const start = Date.parse(timeline[0]?.at ?? '');
  return timeline.map(({ at, from, type, detail }) => {
    const seconds = ((Date.parse(at) - start) / 1_000).toFixed(3).padStart(8);
    return `${seconds} s  ${from.padEnd(9)} ${type.padEnd(12)} ${detail}`;
  });
}

const LONGEST_DEMO_MS = 60_000;

async function untilEnded(holdfast: ReturnType<typeof payments>, id: string): Promise<Payment> {
  const giveUpAt = Date.now() + LONGEST_DEMO_MS;
  for (;;) {
    const payment = await holdfast.get(id, 20);
    if (isEnd(payment.status) || payment.status === 'needs_review' || Date.now() > giveUpAt) return payment;
  }
}

async function sandboxCall(system: LocalSystem, method: string, path: string): Promise<unknown> {
  const response = await fetch(`${system.sandboxUrl}${path}`, {
    method,
    ...(method === 'POST' && { headers: { 'content-type': 'application/json' }, body: '{}' }),
  });
  if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${method} ${path}`);
  return response.json();
}
