import { amountText, minorUnitsOf } from '../../../src/providers/$id$/amounts';
import { findingOf, openingOf } from '../../../src/providers/$id$/mapping';
import { paymentSchema } from '../../../src/providers/$id$/schemas';
import * as v from './vectors';

const payment = (change?: Record<string, unknown>) => paymentSchema.parse(v.wirePayment(change));

test('every documented state means what docs/providers/$id$.md §2 says', () => {
  const states = v.states();
  //: hosted-page form
  const least = ['open', 'paid', 'ended'];
  //: reserve-and-capture
  const least = ['open', 'authorized', 'paid', 'ended'];
  //: all
  expect(states.map(([, finding]) => finding.state)).toEqual(expect.arrayContaining(least));
  for (const [change, finding] of states)
    expect([change, findingOf(payment(change))]).toEqual([change, finding]);
});

test('a state that is not documented decides nothing', () => {
  expect(findingOf(payment(v.undocumentedState()))).toMatchObject({ state: 'unclear' });
});

//: hosted-page reserve-and-capture
test('a new payment sends the payer to its page', () => {
  const asked = payment();
  expect(openingOf(asked, v.ASKED)).toMatchObject({
    outcome: 'opened',
    providerReference: asked.id,
    nextAction: { type: 'redirect', url: asked.url },
  });
});
//: form
test('a new payment shows its form', () => {
  const asked = payment();
  expect(openingOf(asked, v.ASKED)).toMatchObject({
    outcome: 'opened',
    providerReference: asked.id,
    nextAction: { type: 'dropin', sessionKey: asked.sessionKey },
  });
});
//: all

test.each([
  ['amount', { amount: 9950 }],
  ['currency', { currency: 'XXX' }],
  ['reference', { reference: 'payother' }],
])('a new payment of another %s is shown to nobody', (_what, change) => {
  expect(openingOf({ ...payment(), ...change }, v.ASKED).outcome).toBe('unknown');
});

test('amounts are written and read exactly', () => {
  const { amount, currency } = v.ASKED;
  expect(minorUnitsOf(amountText(amount, currency), currency)).toBe(amount);
});
