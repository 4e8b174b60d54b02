import type { RecordedLedger, RecordedPayment, RecordedRun } from '../model/recorded-run';
import { type Backend, paymentIn } from './backend';
import type { EventReceiver } from './event-receiver';
import type { OnePayment } from './one-payment';
import { seenPayment, seenRefund } from './seen';

/** What providers call a payment, or a refund: docs/providers say which characters they take. */
export function referenceOf(id: string): string {
  return id.replace('_', '');
}

/** Everything that was seen of every payment, with a last reading of each. */
export async function collectEvidence(
  all: readonly OnePayment[],
  backend: Backend,
  receiver: EventReceiver,
  books: ReadonlyMap<string, RecordedLedger>,
  onRead: (count: number) => void,
): Promise<RecordedRun> {
  let read = 0;
  const payments = await Promise.all(
    all.map(async (one) => {
      const recorded = await record(one, backend, receiver, books);
      read += 1;
      onRead(read);
      return recorded;
    }),
  );
  return { payments };
}

/** What the provider's books hold that no payment of the run explains. */
export function strayMoney(all: readonly OnePayment[], books: ReadonlyMap<string, RecordedLedger>): string[] {
  const known = new Set(all.flatMap(({ id }) => (id === null ? [] : [referenceOf(id)])));
  return [...books.keys()].filter(
    (reference) => !known.has(reference) && !known.has(withoutAttempt(reference)),
  );
}

async function record(
  one: OnePayment,
  backend: Backend,
  receiver: EventReceiver,
  books: ReadonlyMap<string, RecordedLedger>,
): Promise<RecordedPayment> {
  const { id, plan } = one;
  const { provider, amount, currency } = plan.order;
  const deliveries = receiver.deliveriesOf(id ?? '');
  const final =
    id === null
      ? null
      : await lastReading(
          one,
          id,
          backend,
          deliveries.some(({ refund }) => refund),
        );
  return {
    key: plan.key,
    id,
    provider,
    asked: { amount, currency },
    answers: [...one.answers].sort((a, b) => a.answeredAt - b.answeredAt),
    deliveries,
    final,
    ledger: pageOf(id, books),
  };
}

async function lastReading(
  { answers }: OnePayment,
  id: string,
  backend: Backend,
  hasRefunds: boolean,
): Promise<RecordedPayment['final']> {
  const payment = paymentIn(await backend.read([], id));
  if (!payment) return null;
  const asked = hasRefunds || payment.amountRefunded > 0 || answers.some(({ call }) => call === 'refund');
  const listed = asked ? (await backend.refunds([], id)).body['data'] : [];
  return {
    payment: seenPayment({ ...payment }),
    refunds: (listed as Record<string, unknown>[]).map(seenRefund),
  };
}

/** Further attempts of one payment have references of their own: `…x2`, `…x3`. */
function pageOf(id: string | null, books: ReadonlyMap<string, RecordedLedger>): RecordedLedger {
  if (id === null) return { charges: [], refunds: [] };
  const pages = [...Array(MOST_ATTEMPTS).keys()].flatMap((attempt) => {
    const reference = referenceOf(id) + (attempt === 0 ? '' : `x${attempt + 1}`);
    return books.get(reference) ?? [];
  });
  return {
    charges: pages.flatMap(({ charges }) => charges),
    refunds: pages.flatMap(({ refunds }) => refunds),
  };
}

const MOST_ATTEMPTS = 9;

function withoutAttempt(reference: string): string {
  return reference.replace(/x[2-9]$/, '');
}
