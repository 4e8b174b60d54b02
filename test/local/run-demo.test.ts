import { type Outcome, problemsOf } from '../../src/local/demo/run-demo';
import { outcomeTable } from '../../src/local/demo/report';
import { STORIES, type Story } from '../../src/local/demo/stories';
import { newPayment, type Payment, type PaymentRequest, PROVIDERS } from '../../src/domain/payment';
import type { Refund } from '../../src/domain/refund';

const story = (fits: (story: Story) => boolean): Story => {
  const found = STORIES.find(fits);
  if (!found) throw new Error('no such story');
  return found;
};
const paid = story(({ ends, refund }) => ends === 'succeeded' && refund === undefined);
const refunded = story(({ refund }) => refund !== undefined);
const declined = story(({ ends }) => ends === 'failed');
const charge = (amountMinor: number) => ({ amountMinor });

function outcome(of: Story, change: Partial<Outcome> = {}, payment: Partial<Payment> = {}): Outcome {
  const request = { ...of.order, id: 'pay_x', connection: 'default', urls: { checkout: '' } };
  const amountReceived = of.ends === 'succeeded' ? of.order.amount : 0;
  return {
    story: of,
    payment: {
      ...newPayment(request as unknown as PaymentRequest),
      ...{ status: of.ends, amountReceived, amountRefunded: of.refund ?? 0 },
      ...payment,
    },
    refund: of.refund === undefined ? null : ({ status: 'succeeded', amount: of.refund } as Refund),
    timeline: [],
    books: {
      charges: amountReceived > 0 ? [charge(amountReceived)] : [],
      refunds: of.refund === undefined ? [] : [charge(of.refund)],
    },
    events: [`payment.${of.ends}`, ...(of.refund === undefined ? [] : ['refund.succeeded'])],
    seconds: 1.24,
    problems: [],
    ...change,
  };
}

describe('the verdict on a story', () => {
  it.each(STORIES)('is good when $order.provider, $payer, ended as it should', (each) => {
    expect(problemsOf(outcome(each), true)).toEqual([]);
  });

  it.each<[string, Outcome, RegExp]>([
    [
      'charged twice',
      outcome(paid, { books: { charges: [charge(1250), charge(1250)], refunds: [] } }),
      /books/,
    ],
    ['not charged', outcome(paid, { books: { charges: [], refunds: [] } }), /books/],
    ['charged another amount', outcome(paid, { books: { charges: [charge(1251)], refunds: [] } }), /books/],
    ['charged though declined', outcome(declined, { books: { charges: [charge(1)], refunds: [] } }), /books/],
    ['ended otherwise', outcome(paid, {}, { status: 'needs_review' }), /needs_review, not succeeded/],
    ['received too little', outcome(paid, {}, { amountReceived: 1 }), /1 received/],
    ['refunded nowhere', outcome(refunded, { books: { charges: [charge(1999)], refunds: [] } }), /books/],
    ['refund not done', outcome(refunded, { refund: null }, { amountRefunded: 0 }), /refund is missing/],
    ['backend not told', outcome(paid, { events: ['payment.processing'] }), /not told payment.succeeded/],
    ['no payment', outcome(paid, { payment: null }), /no payment/],
  ])('is bad when it was %s', (_, wrong, problem) => {
    expect(problemsOf(wrong, true).join()).toMatch(problem);
  });

  it('asks for no events where no backend is told', () => {
    expect(problemsOf(outcome(paid, { events: [] }), false)).toEqual([]);
  });
});

it('tells a story of every provider, and of a decline, an expiry and a refund', () => {
  expect(new Set(STORIES.map(({ order }) => order.provider))).toEqual(new Set(PROVIDERS));
  expect(new Set(STORIES.map(({ ends }) => ends))).toEqual(new Set(['succeeded', 'failed', 'expired']));
  expect(STORIES.filter(({ refund }) => refund !== undefined)).not.toEqual([]);
});

it('shows the stories side by side in columns', () => {
  const lines = outcomeTable([outcome(refunded), outcome(declined, { problems: ['wrong'] })]);
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(/^payermax +.* ✓ succeeded +19\.99 USD +1 charge, 1 refund +2 +1\.2$/);
  expect(lines[3]).toMatch(/✗ failed +15990 CLP +0 charges +1 +1\.2$/);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
});
