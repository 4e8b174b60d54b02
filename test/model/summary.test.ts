import { recorded, refunded, succeeded, view } from './sample-runs';
import { summarize } from './summary';

test('counts outcomes, what waits for a person, and broken promises', () => {
  const review = recorded([
    view('needs_review', 40, { review: { reason: 'amount_mismatch', detail: 'more' } }),
  ]);
  const lost = recorded([view('expired', 40)], { ledger: succeeded().ledger });
  const none = {
    ...succeeded(),
    answers: [],
    deliveries: [],
    final: null,
    ledger: { charges: [], refunds: [] },
  };
  const pomelo = { ...review, provider: 'pomelo' };

  const summary = summarize({ payments: [succeeded(), refunded(), review, lost, none, pomelo] });

  expect(summary).toMatchObject({
    payments: 6,
    outcomes: { succeeded: 2, needs_review: 2, expired: 1, unknown: 1 },
    needsReview: 2,
    refundsNeedReview: 0,
    charges: 3,
    refunds: 2,
  });
  expect(summary.byProvider['payermax']).toEqual({
    payments: 5,
    outcomes: { succeeded: 2, needs_review: 1, expired: 1, unknown: 1 },
    reviewReasons: { amount_mismatch: 1 },
    refundsNeedReview: 0,
  });
  expect(summary.violations).toMatchObject({ lost: 1, double_charge: 0 });
});
