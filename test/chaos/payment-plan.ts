import type { NewPayment } from '../../src/client';
import type { ProviderId } from '../../src/domain/payment';
import { PROVIDERS_UNDER_TEST } from '../conformance/providers';
import { SeededRandom } from './seeded-random';

/** What the payer and the backend do with one payment. */
export type Story =
  | 'paid'
  | 'declined'
  | 'cancelled'
  /** Backend and payer act in the same moment. */
  | 'cancelled_while_paying'
  | 'walked_away'
  /** The backend confirms twice in the same moment. */
  | 'confirmed_twice';

/** How the backend asks for it, always with one key. */
export type Creating = 'once' | 'three_at_once' | 'again_later' | 'other_body_later';

/** How the money is given back. */
export type Refunding = 'none' | 'full' | 'partial' | 'two_parts' | 'racing' | 'same_key_at_once';

export interface PlannedPayment {
  number: number;
  key: string;
  provider: ProviderId;
  order: NewPayment;
  story: Story;
  creating: Creating;
  refunding: Refunding;
  /** Whether the payer's browser comes back from the provider's page. */
  comesBack: boolean;
  /** How long the payer thinks, in milliseconds. */
  thinkMs: number;
  /** When the backend has it looked up, counted from its first answer; null: never. */
  recheckAfterMs: number | null;
}

export interface PlanOptions {
  payments: number;
  providers: readonly ProviderId[];
  seed: number;
}

type StoryWeights = Readonly<Partial<Record<Story, number>>>;

/**
 * Which stories a provider can tell within minutes: orders of PayerMax, Pomelo and ETpay live half an hour or longer, so
 * only DropPay's payers walk away; Pomelo and ETpay cannot be told to stop. ETpay's look-up does not show a refusal, so that one
 * whose every message is lost ends at the expiry only: its payer comes back.
 */
const STORIES: Readonly<Partial<Record<ProviderId, StoryWeights>>> = {
  'droppay-pos': { paid: 60, declined: 10, cancelled: 10, cancelled_while_paying: 10, walked_away: 10 },
  'droppay-acquirer': {
    paid: 50,
    confirmed_twice: 15,
    cancelled: 10,
    cancelled_while_paying: 15,
    walked_away: 10,
  },
  payermax: { paid: 55, confirmed_twice: 15, declined: 12, cancelled: 8, cancelled_while_paying: 10 },
  pomelo: { paid: 85, declined: 15 },
  etpay: { paid: 85, declined: 15 },
};

const CREATING = { once: 80, three_at_once: 8, again_later: 8, other_body_later: 4 } as const;

/** DropPay refunds a payment once, PayerMax in parts, the others not by a call. */
const REFUNDING: Readonly<Partial<Record<ProviderId, Readonly<Partial<Record<Refunding, number>>>>>> = {
  'droppay-pos': { none: 70, full: 10, partial: 10, racing: 5, same_key_at_once: 5 },
  'droppay-acquirer': { none: 1 },
  payermax: { none: 55, full: 10, partial: 10, two_parts: 10, racing: 10, same_key_at_once: 5 },
  pomelo: { none: 1 },
  etpay: { none: 1 },
};

const SHORTEST_EXPIRY_SECONDS = 60;
const LONGER_EXPIRY_SECONDS = 900;

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
  const story = random.weighted<Story>(weightsOf(STORIES, provider));
  const collects = story === 'paid' || story === 'confirmed_twice';
  return {
    number,
    key: `chaos-${seed}-${number}`,
    provider,
    order: orderOf(random, number, provider, story),
    story,
    creating: random.weighted<Creating>(CREATING),
    refunding: collects ? random.weighted<Refunding>(weightsOf(REFUNDING, provider)) : 'none',
    comesBack: provider === 'etpay' && story === 'declined' ? true : random.chance(0.6),
    thinkMs: random.whole(100, 4_000),
    recheckAfterMs: random.chance(0.1) ? random.whole(0, 8_000) : null,
  };
}

function weightsOf<Weights>(
  table: Readonly<Partial<Record<ProviderId, Weights>>>,
  provider: ProviderId,
): Weights {
  const weights = table[provider];
  if (!weights) throw new RangeError(`no stories of ${provider}: add them to the tables of ${__filename}`);
  return weights;
}

function orderOf(random: SeededRandom, number: number, provider: ProviderId, story: Story): NewPayment {
  const known = PROVIDERS_UNDER_TEST.find((each) => each.provider === provider);
  if (!known) throw new RangeError(`no order is known for ${provider}`);
  const { amount, currency } = known.order;
  const isDropPay = provider.startsWith('droppay');
  return {
    ...known.order,
    ...(isDropPay && {
      expiresInSeconds: story === 'walked_away' ? SHORTEST_EXPIRY_SECONDS : LONGER_EXPIRY_SECONDS,
    }),
    provider,
    connection: CONNECTION,
    amount: amount + random.whole(0, 5_000),
    currency,
    reference: `order-${number}`,
    description: `Order ${number}`,
    ...(provider === 'payermax' && { customer: { id: `payer-${number}`, country: 'US' } }),
    ...(story === 'declined' && known.declinedOrder),
  };
}

/** The accounts whose calls time out soon and whose doubts settle soon (accounts.ts). */
export const CONNECTION = 'quick';
