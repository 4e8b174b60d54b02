import type { RecordedCall, RecordedLedger, RecordedPayment, RecordedRun } from '../model/recorded-run';
import { type Backend, paymentIn } from './backend';
import type { EventReceiver } from './event-receiver';
import type { OnePayment } from './one-payment';
import { seenPayment, seenRefund } from './seen';

/** What providers call a payment, or a refund: docs/providers say which characters they take. */
export function referenceOf(id: string): string {
  return id.replace('_', '');
}

/** What the providers kept, by our reference there. */
export interface Kept {
  books: ReadonlyMap<string, RecordedLedger>;
  calls: ReadonlyMap<string, readonly RecordedCall[]>;
}

type Final = RecordedPayment['final'];

/** How every payment reads when everything is quiet, by its key. */
export async function lastReadings(
  all: readonly OnePayment[],
  backend: Backend,
  receiver: EventReceiver,
  onRead: (count: number) => void,
): Promise<Map<string, Final>> {
  const finals = new Map<string, Final>();
  await Promise.all(
    all.map(async (one) => {
      finals.set(one.plan.key, await lastReading(one, backend, receiver));
      onRead(finals.size);
    }),
  );
  return finals;
}

/** Everything that was seen of every payment. What providers kept is read last: nothing may come after the last reading. */
export function evidenceOf(
  all: readonly OnePayment[],
  receiver: EventReceiver,
  finals: ReadonlyMap<string, Final>,
  kept: Kept,
): RecordedRun {
  return { payments: all.map((one) => recorded(one, receiver, finals.get(one.plan.key) ?? null, kept)) };
}

/** What the provider's books hold that no payment of the run explains. */
export function strayMoney(all: readonly OnePayment[], books: ReadonlyMap<string, RecordedLedger>): string[] {
  const known = new Set(all.flatMap(({ id }) => (id === null ? [] : [referenceOf(id)])));
  return [...books.keys()].filter(
    (reference) => !known.has(reference) && !known.has(withoutAttempt(reference)),
  );
}

function recorded(
  { id, plan, answers }: OnePayment,
  receiver: EventReceiver,
  final: Final,
  kept: Kept,
): RecordedPayment {
  const { provider, amount, currency } = plan.order;
  return {
    key: plan.key,
    id,
    provider,
    asked: { amount, currency },
    answers: [...answers].sort((a, b) => a.answeredAt - b.answeredAt),
    deliveries: receiver.deliveriesOf(id ?? ''),
    final,
    ...keptOf(id, kept),
  };
}

async function lastReading(
  { id, answers }: OnePayment,
  backend: Backend,
  receiver: EventReceiver,
): Promise<Final> {
  const payment = id === null ? null : paymentIn(await backend.read([], id));
  if (id === null || !payment) return null;
  const told = receiver.deliveriesOf(id).some(({ refund }) => refund);
  const asked = told || payment.amountRefunded > 0 || answers.some(({ call }) => call === 'refund');
  const listed = asked ? (await backend.refunds([], id)).body['data'] : [];
  return {
    payment: seenPayment({ ...payment }),
    refunds: (listed as Record<string, unknown>[]).map(seenRefund),
  };
}

/** Further attempts of one payment have references of their own: `…x2`, `…x3`. */
function keptOf(id: string | null, { books, calls }: Kept): Pick<RecordedPayment, 'ledger' | 'calls'> {
  const references =
    id === null
      ? []
      : [...Array(MOST_ATTEMPTS).keys()].map(
          (attempt) => referenceOf(id) + (attempt === 0 ? '' : `x${attempt + 1}`),
        );
  const pages = references.flatMap((reference) => books.get(reference) ?? []);
  return {
    ledger: {
      charges: pages.flatMap(({ charges }) => charges),
      refunds: pages.flatMap(({ refunds }) => refunds),
    },
    calls: references.flatMap((reference) => calls.get(reference) ?? []).sort((a, b) => a.at - b.at),
  };
}

const MOST_ATTEMPTS = 9;

function withoutAttempt(reference: string): string {
  return reference.replace(/x[2-9]$/, '');
}
