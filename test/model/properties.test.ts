import fc from 'fast-check';
import { judge } from './judge';
import { isAtRest, mayFollow } from './payment-statuses';
import type { RecordedPayment, SeenPayment } from './recorded-run';
import { answer, at, charge, told, view } from './sample-runs';

const ENDINGS = ['succeeded', 'failed', 'expired', 'cancelled', 'needs_review'];

/** A way that a payment may go: legal steps until it rests, then perhaps late truth. */
const legalWays = fc
  .array(fc.constantFrom('requires_action', 'processing', ...ENDINGS), { minLength: 1, maxLength: 12 })
  .map((wanted) =>
    wanted.reduce<string[]>((way, next) => {
      const before = way.at(-1) ?? 'processing';
      return mayFollow(before, next) ? [...way, next] : way;
    }, []),
  )
  .filter((way) => way.length > 0 && isAtRest(way.at(-1) ?? ''));

interface Noise {
  /** Which views are read, and how long after they became true (milliseconds, before the next). */
  reads: number[];
  /** Events that come again, by index, much later. */
  again: number[];
  creates: number;
}

const noise: fc.Arbitrary<Noise> = fc.record({
  reads: fc.array(fc.nat({ max: 11 }), { maxLength: 6 }),
  again: fc.array(fc.nat({ max: 11 }), { maxLength: 4 }),
  creates: fc.integer({ min: 1, max: 4 }),
});

/** What an honest system shows of such a way. */
function shown(way: readonly string[], { reads, again, creates }: Noise): RecordedPayment {
  const paid = way.at(-1) === 'succeeded' || way.includes('needs_review');
  const views = way.map((status, index) => viewOf(status, index + 1));
  const some = <T>(from: readonly T[], indexes: number[]) =>
    indexes.map((index) => from[index % from.length] as T);
  const events = views.map((seen) => told(seen));
  return {
    key: 'order-1',
    id: 'pay_one',
    provider: 'payermax',
    asked: { amount: 1250, currency: 'EUR' },
    answers: [
      ...Array.from({ length: creates }, (_, index) =>
        answer('create', index, { payment: viewOf('processing', 0), replayed: index > 0 }),
      ),
      ...some(
        views,
        [...reads].sort((a, b) => a - b),
      ).map((payment) => ({
        ...answer('read', 0, { payment }),
        sentAt: Date.parse(payment.updatedAt) + 300,
        answeredAt: Date.parse(payment.updatedAt) + 400,
      })),
    ],
    deliveries: [
      ...events,
      ...some(events, again).map((event, index) => ({ ...event, at: at(900 + index) })),
    ],
    final: { payment: views.at(-1) as SeenPayment, refunds: [] },
    ledger: { charges: paid ? [charge()] : [], refunds: [] },
  };
}

/** `seconds` twenty apart, so that a read fits between. */
function viewOf(status: string, index: number): SeenPayment {
  return view(status, index * 20);
}

test('whatever way an honest payment goes, nothing is found', () => {
  fc.assert(
    fc.property(legalWays, noise, (way, more) => {
      // An end without money that was not undone by late truth has no charge; the sample charges only reviews and successes.
      fc.pre(isHonest(way));
      expect(judge({ payments: [shown(way, more)] })).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('an event that is left out, or comes too early, is found', () => {
  fc.assert(
    fc.property(legalWays, noise, fc.nat(), (way, more, which) => {
      fc.pre(isHonest(way));
      const honest = shown(way, more);
      const last = honest.deliveries.slice(0, way.length).at(-1);
      const without = {
        ...honest,
        deliveries: honest.deliveries.filter(({ webhookId }) => webhookId !== last?.webhookId),
      };
      expect(judge({ payments: [without] }).map(({ kind }) => kind)).toContain('event');
      const ends = way.findIndex(isAtRest);
      fc.pre(ends > 0);
      const moved = [...honest.deliveries];
      const [end] = moved.splice(ends, 1);
      moved.splice(which % ends, 0, end as (typeof moved)[number]);
      expect(judge({ payments: [{ ...honest, deliveries: moved }] }).map(({ rule }) => rule)).toContain(
        'events_in_order',
      );
    }),
    { numRuns: 500 },
  );
});

test('a view that goes back after an end is found', () => {
  fc.assert(
    fc.property(legalWays, noise, fc.constantFrom('processing', 'requires_action'), (way, more, back) => {
      const honest = shown(way, more);
      const late = answer('read', 800, { payment: viewOf(back, 30) });
      expect(
        judge({ payments: [{ ...honest, answers: [...honest.answers, late] }] }).map(({ rule }) => rule),
      ).toContain('statuses_move_forward');
    }),
  );
});

test('a second charge is found, however it ended', () => {
  fc.assert(
    fc.property(legalWays, noise, (way, more) => {
      const payment = { ...shown(way, more), ledger: { charges: [charge(), charge()], refunds: [] } };
      expect(judge({ payments: [payment] }).map(({ kind }) => kind)).toContain('double_charge');
    }),
  );
});

/** In the samples a payment that was charged ends so, and one that was not does not. */
function isHonest(way: readonly string[]): boolean {
  const last = way.at(-1) ?? '';
  return last === 'succeeded' || last === 'needs_review' || !way.includes('needs_review');
}
