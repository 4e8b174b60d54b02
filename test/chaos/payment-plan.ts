import type { NewPayment } from '../../src/client';
import type { ProviderId } from '../../src/domain/payment';
import { underTest } from '../companies/index';
import type { Creating, PlannedPayment, Refunding, Story } from './planned-payment';
import { SeededRandom } from './seeded-random';

export interface PlanOptions {
  payments: number;
  providers: readonly ProviderId[];
  seed: number;
}

const CREATING = { once: 80, three_at_once: 8, again_later: 8, other_body_later: 4 } as const;

/** The payments of a run: the same seed gives the same plan. */
export function planPayments({ payments, providers, seed }: PlanOptions): PlannedPayment[] {
  const random = new SeededRandom(seed).fork('payments');
  return Array.from({ length: payments }, (_, index) => {
    const provider = providers[index % providers.length];
    if (provider === undefined) throw new RangeError('a plan needs a provider');
    return planPayment(random.fork(String(index)), index + 1, provider, seed);
  });
}

function planPayment(
  random: SeededRandom,
  number: number,
  provider: ProviderId,
  seed: number,
): PlannedPayment {
  const { stories, refunding = { none: 1 }, refusedComesBack } = underTest(provider).chaos;
  const story = random.weighted<Story>(stories);
  const collects = story === 'paid' || story === 'confirmed_twice';
  return {
    number,
    key: `chaos-${seed}-${number}`,
    provider,
    order: orderOf(random, number, provider, story),
    story,
    creating: random.weighted<Creating>(CREATING),
    refunding: collects ? random.weighted<Refunding>(refunding) : 'none',
    comesBack: refusedComesBack && story === 'declined' ? true : random.chance(0.6),
    thinkMs: random.whole(100, 4_000),
    recheckAfterMs: random.chance(0.1) ? random.whole(0, 8_000) : null,
  };
}

function orderOf(random: SeededRandom, number: number, provider: ProviderId, story: Story): NewPayment {
  const { order, declinedOrder, chaos } = underTest(provider);
  const { walkedAway, others } = chaos.expiresInSeconds ?? {};
  const expiresInSeconds = story === 'walked_away' ? walkedAway : others;
  return {
    ...order,
    ...(expiresInSeconds !== undefined && { expiresInSeconds }),
    provider,
    connection: CONNECTION,
    amount: order.amount + random.whole(0, 5_000),
    reference: `order-${number}`,
    description: `Order ${number}`,
    ...(order.customer && { customer: { ...order.customer, id: `payer-${number}` } }),
    ...(story === 'declined' && declinedOrder),
  };
}

/** The accounts whose calls time out soon and whose doubts settle soon (test/companies/accounts.ts). */
export const CONNECTION = 'quick';

/** What a run can wait for: a call of a provider, and facts that last for minutes in truth. */
export const WAITS = { callTimeoutMs: 3_000, lifeMs: 3_000, marginMs: 2_000 };
