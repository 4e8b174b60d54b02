import fc from 'fast-check';
import {
  isEnd,
  isOpen,
  isSettled,
  mayBecome,
  PAYMENT_STATUSES,
  type PaymentStatus,
} from '../../src/domain/status';

/** The public table of statuses: what each "leaves to". */
const LEAVES_TO: Record<PaymentStatus, readonly PaymentStatus[]> = {
  processing: [
    'requires_action',
    'requires_confirmation',
    'succeeded',
    'failed',
    'cancelled',
    'expired',
    'needs_review',
  ],
  requires_action: ['processing', 'succeeded', 'failed', 'cancelled', 'expired', 'needs_review'],
  requires_confirmation: ['processing', 'succeeded', 'failed', 'cancelled', 'expired', 'needs_review'],
  succeeded: [],
  failed: ['needs_review'],
  expired: ['needs_review'],
  cancelled: ['needs_review'],
  needs_review: ['succeeded', 'failed'],
};

const PAIRS = PAYMENT_STATUSES.flatMap((from) => PAYMENT_STATUSES.map((to) => [from, to] as const));

test.each(PAIRS)('%s → %s is allowed exactly when the public table says so', (from, to) => {
  expect(mayBecome(from, to)).toBe(LEAVES_TO[from].includes(to));
});

test.each(PAYMENT_STATUSES)('%s does not become itself', (status) => {
  expect(mayBecome(status, status)).toBe(false);
});

test('there are exactly the public statuses', () => {
  expect([...PAYMENT_STATUSES].sort()).toEqual(Object.keys(LEAVES_TO).sort());
});

test('only the four ends are ends; needs_review is not', () => {
  expect(PAYMENT_STATUSES.filter(isEnd)).toEqual(['succeeded', 'failed', 'expired', 'cancelled']);
});

test('a payment is either open or settled; of the settled only needs_review is no end', () => {
  expect(PAYMENT_STATUSES.filter(isOpen)).toEqual(['processing', 'requires_action', 'requires_confirmation']);
  expect(PAYMENT_STATUSES.filter((status) => isOpen(status) === isSettled(status))).toEqual([]);
  expect(PAYMENT_STATUSES.filter((status) => isSettled(status) !== isEnd(status))).toEqual(['needs_review']);
});

describe('on any way through the statuses', () => {
  const wishes = fc.array(fc.constantFrom(...PAYMENT_STATUSES), { minLength: 1, maxLength: 30 });

  /** The statuses a payment takes that is asked to become each of the wishes. */
  function way(asked: readonly PaymentStatus[]): PaymentStatus[] {
    const taken: PaymentStatus[] = ['processing'];
    for (const wish of asked) if (mayBecome(taken.at(-1) ?? 'processing', wish)) taken.push(wish);
    return taken;
  }

  test('nothing follows a success', () => {
    fc.assert(
      fc.property(wishes, (asked) => {
        const taken = way(asked);
        const success = taken.indexOf('succeeded');
        if (success >= 0) expect(taken.slice(success + 1)).toEqual([]);
      }),
    );
  });

  test('after an end or a review the payer and the backend have no step to take any more', () => {
    fc.assert(
      fc.property(wishes, (asked) => {
        const taken = way(asked);
        const over = taken.findIndex((status) => isEnd(status) || status === 'needs_review');
        const later = over < 0 ? [] : taken.slice(over + 1);
        expect(later.filter((status) => !['needs_review', 'succeeded', 'failed'].includes(status))).toEqual(
          [],
        );
      }),
    );
  });

  test('an end without money becomes a success only by a review', () => {
    fc.assert(
      fc.property(wishes, (asked) => {
        const taken = way(asked);
        taken.forEach((status, index) => {
          const next = taken[index + 1];
          if (isEnd(status) && next) expect(next).toBe('needs_review');
        });
      }),
    );
  });
});
