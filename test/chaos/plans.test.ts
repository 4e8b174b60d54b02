import { PROVIDERS } from '../../src/domain/payment';
import { planFaults } from './fault-plan';
import { type Act, nextAct } from './nemesis';
import { planPayments } from './payment-plan';
import { SeededRandom } from './seeded-random';

const plan = (seed: number, payments = 500) => planPayments({ payments, providers: PROVIDERS, seed });
const acts = (seed: number, count = 500): Act[] => {
  const random = new SeededRandom(seed).fork('nemesis');
  return Array.from({ length: count }, () => nextAct(random));
};

describe('the same seed', () => {
  it('plans the same payments and acts, another seed others', () => {
    expect(plan(1)).toEqual(plan(1));
    expect(acts(1)).toEqual(acts(1));
    expect(plan(2).map(({ story }) => story)).not.toEqual(plan(1).map(({ story }) => story));
    expect(acts(2)).not.toEqual(acts(1));
  });

  it('plans the first payments of a longer run alike', () => {
    expect(plan(1, 50)).toEqual(plan(1, 500).slice(0, 50));
  });
});

describe('a plan', () => {
  it('has every story, every way to create and to refund, under keys of their own', () => {
    const planned = plan(1);
    const kinds = (of: (payment: (typeof planned)[number]) => string) => new Set(planned.map(of)).size;
    expect(kinds(({ story }) => story)).toBe(6);
    expect(kinds(({ creating }) => creating)).toBe(4);
    expect(kinds(({ refunding }) => refunding)).toBe(6);
    expect(kinds(({ key }) => key)).toBe(500);
  });

  it('never kills the sandbox, which keeps the books, and ends every act', () => {
    const planned = acts(1);
    expect(planned.some(({ kind, target }) => kind === 'pause' && target === 'sandbox')).toBe(true);
    expect(planned.some(({ kind, target }) => kind === 'kill' && target === 'sandbox')).toBe(false);
    expect(Math.max(...planned.map(({ forMs }) => forMs))).toBeLessThanOrEqual(12_000);
  });
});

describe('faults', () => {
  it('strike every call of every company at the rate that was asked for', () => {
    const plans = planFaults(PROVIDERS, 0.2, 1);
    expect([...plans.keys()].sort()).toEqual(['droppay', 'etpay', 'payermax', 'pomelo']);
    for (const { calls } of plans.values()) {
      for (const name of new Set(calls.map(({ call }) => call))) {
        const rates = calls.filter(({ call }) => call === name).map(({ rate }) => rate);
        expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(0.2);
      }
    }
  });

  it('leave no doubt at PayerMax that outlasts a run', () => {
    const { calls } = planFaults(PROVIDERS, 0.2, 1).get('payermax') ?? { calls: [] };
    const lasting = calls.filter(({ call }) => call === 'orderAndPay' || call === 'refund');
    expect(lasting.filter(({ apply }) => apply === 'never')).toMatchObject([
      { kind: 'status', status: 200 },
      { kind: 'status', status: 200 },
    ]);
  });

  it('are none at a rate of 0', () => {
    for (const { calls, webhooks } of planFaults(PROVIDERS, 0, 1).values())
      expect([...calls, ...webhooks]).toEqual([]);
  });
});
