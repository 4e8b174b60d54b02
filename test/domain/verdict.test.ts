import fc from 'fast-check';
import type { Finding } from '../../src/domain/provider-answer';
import { mismatch, provesNothingTaken } from '../../src/domain/verdict';

const ASKED = { amount: 1250, currency: 'EUR', reference: 'pay7m2k' };

describe('an answer that is compared with what was asked', () => {
  test('is right when everything is the same', () => {
    expect(mismatch(ASKED, { ...ASKED })).toBeNull();
  });

  test('is right when the provider does not repeat our reference', () => {
    expect(mismatch(ASKED, { ...ASKED, reference: null })).toBeNull();
  });

  test.each([
    ['currency_mismatch', { currency: 'USD' }, ['EUR', 'USD']],
    ['amount_mismatch', { amount: 1249 }, ['1250', '1249']],
    ['amount_mismatch', { amount: 1251 }, ['1250', '1251']],
    ['amount_mismatch', { amount: 0 }, ['1250', '0']],
    ['reference_mismatch', { reference: 'pay7m2kx2' }, ['pay7m2k', 'pay7m2kx2']],
    ['reference_mismatch', { reference: '' }, ['pay7m2k']],
    ['reference_mismatch', { reference: 'PAY7M2K' }, ['pay7m2k', 'PAY7M2K']],
  ])('is a %s with %j', (reason, change, told) => {
    const difference = mismatch(ASKED, { ...ASKED, ...change });
    expect(difference?.reason).toBe(reason);
    for (const value of told) expect(difference?.detail).toContain(value);
  });

  test('is judged by currency first, then amount, then reference', () => {
    const wrong = { amount: 1, currency: 'USD', reference: 'other' };
    expect(mismatch(ASKED, wrong)?.reason).toBe('currency_mismatch');
    expect(mismatch(ASKED, { ...wrong, currency: 'EUR' })?.reason).toBe('amount_mismatch');
    expect(mismatch(ASKED, { ...wrong, currency: 'EUR', amount: 1250 })?.reason).toBe('reference_mismatch');
  });

  test('never passes when the money differs', () => {
    const money = fc.record({
      amount: fc.nat({ max: 3_000 }),
      currency: fc.constantFrom('EUR', 'USD'),
      reference: fc.constantFrom('pay7m2k', 'other', null),
    });
    fc.assert(
      fc.property(money, (answer) => {
        const same = answer.amount === 1250 && answer.currency === 'EUR' && answer.reference !== 'other';
        expect(mismatch(ASKED, answer) === null).toBe(same);
      }),
    );
  });
});

describe('that a write without an answer took nothing', () => {
  const SETTLED = 1_000_000;
  const finding: Record<Finding['state'], Finding> = {
    open: { state: 'open' },
    authorized: { state: 'authorized', ...ASKED },
    paid: { state: 'paid', ...ASKED },
    ended: { state: 'ended', end: 'expired', code: 'authorization_ended', message: 'over' },
    absent: { state: 'absent' },
    unclear: { state: 'unclear', detail: 'status SOMETHING' },
  };
  const states = Object.keys(finding) as Finding['state'][];

  test.each(states)(
    'is proven by %s only if nothing was taken and the write can no longer be accepted',
    (state) => {
      const proves = state === 'authorized' || state === 'absent';
      expect(provesNothingTaken(finding[state], SETTLED, SETTLED + 1)).toBe(proves);
      expect(provesNothingTaken(finding[state], SETTLED, SETTLED)).toBe(false);
      expect(provesNothingTaken(finding[state], SETTLED, SETTLED - 1)).toBe(false);
    },
  );

  test.each([NaN, Infinity])('is never proven when the moment is unknown (%p)', (settledAfter) => {
    expect(provesNothingTaken(finding.authorized, settledAfter, Number.MAX_SAFE_INTEGER)).toBe(false);
    expect(provesNothingTaken(finding.absent, settledAfter, Number.MAX_SAFE_INTEGER)).toBe(false);
  });

  test('is proven by no state at any time before that moment', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...states),
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        (state, settledAfter, now) => {
          fc.pre(now <= settledAfter);
          expect(provesNothingTaken(finding[state], settledAfter, now)).toBe(false);
        },
      ),
    );
  });
});
