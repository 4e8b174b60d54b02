import type { ProviderId } from '../../src/domain/payment';
import { ACCESS_TOKEN_OUTCOMES } from './access-token-outcomes';
import type { AccountStage } from './account-stage';
import { DROPPAY_ACQUIRER_OUTCOMES, PAYERMAX_OUTCOMES } from './confirmed-outcomes';
import { DROPPAY_POS_OUTCOMES } from './droppay-pos-outcomes';
import { EVENT_OUTCOMES } from './event-outcomes';
import { ETPAY_OUTCOMES, POMELO_OUTCOMES } from './hosted-page-outcomes';
import { LATE_PAYMENT_OUTCOMES } from './late-payment-outcomes';
import type { Outcomes } from './outcome';
import { REFUND_OUTCOMES } from './refund-outcomes';

/** What the names of the histories of each workflow begin with; those of a payment's with its provider. */
export const POS = 'droppay-pos.';
export const KEEPER = 'access-token.';
export const REFUNDS = 'refunds.';
export const LATE = 'late-payment.';
export const EVENTS = 'events.';

/** The stories that are played with the same stage. */
export const ACCOUNT_OUTCOMES: Readonly<Record<Exclude<ProviderId, 'droppay-pos'>, Outcomes<AccountStage>>> =
  {
    'droppay-acquirer': DROPPAY_ACQUIRER_OUTCOMES,
    payermax: PAYERMAX_OUTCOMES,
    pomelo: POMELO_OUTCOMES,
    etpay: ETPAY_OUTCOMES,
  };

/** A run that grew long, and the run that took over from it. */
export const CONTINUED_KEEPER = [`${KEEPER}continued-as-new`, `${KEEPER}carried-on`] as const;
export const CONTINUED_REFUNDS = [`${REFUNDS}continued-as-new`, `${REFUNDS}carried-on`] as const;

const named = (prefix: string, outcomes: object) => Object.keys(outcomes).map((name) => prefix + name);

/** Names of all histories that there have to be. */
export const EXPECTED_HISTORIES: readonly string[] = [
  ...named(POS, DROPPAY_POS_OUTCOMES),
  ...Object.entries(ACCOUNT_OUTCOMES).flatMap(([provider, outcomes]) => named(`${provider}.`, outcomes)),
  ...named(REFUNDS, REFUND_OUTCOMES),
  ...named(LATE, LATE_PAYMENT_OUTCOMES),
  ...named(EVENTS, EVENT_OUTCOMES),
  ...named(KEEPER, ACCESS_TOKEN_OUTCOMES),
  ...CONTINUED_KEEPER,
  ...CONTINUED_REFUNDS,
];
