import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedDelivery } from '../model/recorded-run';
import { underTest } from '../companies/index';
import type { Payer } from './payer';
import type { EventReceiver } from './event-receiver';
import type { OnePayment } from './one-payment';
import { referenceOf } from './evidence';

const LOOK_AGAIN_MS = 3_000;
/** Asking must not be what keeps the system busy. */
const BESIDES_MS_EACH = 50;
/** When nothing but lasting doubts is left, and it stays so for this long, nothing more will come. */
const ONLY_DOUBTS_MS = 20_000;

export interface Unsettled {
  /** Neither ended nor for a person. */
  payments: OnePayment[];
  /** With a refund that is neither. */
  refunds: OnePayment[];
}

export interface QuietOptions {
  payer: Payer;
  receiver: EventReceiver;
  over: AbortSignal;
  onProgress: (settled: number, phase: 'settling' | 'events') => void;
}

/**
 * Waits until every payment and refund has ended or is for a person, and every event was taken; or until the end of the run.
 *
 * @returns what had not settled by then: lasting doubts at best
 */
export async function untilQuiet(all: readonly OnePayment[], options: QuietOptions): Promise<Unsettled> {
  const unsettled = await untilSettled(all, options);
  const { receiver, over, onProgress } = options;
  while (!over.aborted) {
    const waiting = all.filter((one) => !isTold(one, receiver.deliveriesOf(one.id ?? '')));
    onProgress(all.length - waiting.length, 'events');
    if (waiting.every((one) => unsettled.payments.includes(one) || unsettled.refunds.includes(one))) break;
    await pause(1_000, over);
  }
  return unsettled;
}

async function untilSettled(
  all: readonly OnePayment[],
  { payer, over, onProgress }: QuietOptions,
): Promise<Unsettled> {
  const onlyDoubts = { since: 0 };
  for (;;) {
    const unsettled = {
      payments: all.filter((one) => one.id !== null && !one.isAtRest),
      refunds: all.filter((one) => one.hasOpenRefunds),
    };
    const left = new Set([...unsettled.payments, ...unsettled.refunds]);
    onProgress(all.length - left.size, 'settling');
    if (left.size === 0 || over.aborted) return unsettled;
    if (await allAreDoubts(unsettled, payer, over)) onlyDoubts.since ||= Date.now();
    else onlyDoubts.since = 0;
    if (onlyDoubts.since > 0 && Date.now() - onlyDoubts.since > ONLY_DOUBTS_MS) return unsettled;
    await pause(LOOK_AGAIN_MS + left.size * BESIDES_MS_EACH, over);
    const asked = [
      ...unsettled.payments.map((one) => one.read()),
      ...unsettled.refunds.map((one) => one.readRefunds()),
    ];
    await Promise.allSettled(asked);
  }
}

async function allAreDoubts({ payments, refunds }: Unsettled, payer: Payer, over: AbortSignal) {
  if (payments.length + refunds.length > 50) return false;
  for (const one of new Set([...payments, ...refunds])) {
    if (over.aborted || !(await isLastingDoubt(one, payer))) return false;
  }
  return true;
}

interface Ledger {
  /** PayerMax says `status`, ETpay `state`. */
  payments: { status?: string; state?: string }[];
  charges: unknown[];
  refunds: { refundReference: string }[];
}

/** Whether only time is wanting, and no money has moved (docs/payment-life-cycle.md). */
export async function isLastingDoubt(one: OnePayment, payer: Payer): Promise<boolean> {
  const { company, chaos } = underTest(one.plan.provider);
  if (one.id === null || !chaos.onlyTimeIsWanting) return false;
  const path = `/${company}/ledger?reference=${referenceOf(one.id)}`;
  const { payments, charges, refunds } = await payer.control<Ledger>('GET', path);
  if (one.isAtRest) {
    const known = refunds.map(({ refundReference }) => refundReference);
    return one.openRefundIds.every((id) => !known.includes(referenceOf(id)));
  }
  if (charges.length > 0) return false;
  const inBooks = payments.map(({ status, state }) => status ?? state ?? '');
  return chaos.onlyTimeIsWanting(one.payment?.status, inBooks);
}

/** Whether the backend was told how the payment and its refunds ended, and nothing that came waits for another try. */
function isTold(one: OnePayment, deliveries: readonly RecordedDelivery[]): boolean {
  if (one.id === null) return true;
  const taken = deliveries.filter((delivery) => delivery.taken);
  const ids = new Set(taken.map(({ webhookId }) => webhookId));
  if (deliveries.some(({ webhookId }) => !ids.has(webhookId))) return false;
  if (!taken.some(({ type }) => type === `payment.${one.payment?.status}`)) return false;
  return one.endedRefunds.every(({ id, status }) =>
    taken.some(({ type, refund }) => refund?.id === id && type === `refund.${status}`),
  );
}

async function pause(ms: number, over: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: over }).catch(() => undefined);
}
