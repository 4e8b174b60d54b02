import { z } from 'zod';
import { AccountSettings } from '../account-settings';

const DAY_MS = 86_400_000;
const lifeMs = z
  .int()
  .min(1)
  .max(365 * DAY_MS);
const delayMs = z
  .int()
  .min(0)
  .max(30 * DAY_MS);

export const OUTCOMES = ['SUCCESS', 'FAILED', 'PENDING', '3DS'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The switches of what nobody documents (docs/providers/payermax.md §12), and of what happens to an order. */
const settingsSchema = z.strictObject({
  /** What becomes of an order; `by_subject`: what its subject says (§11). */
  outcome: z.enum(['by_subject', ...OUTCOMES]),
  /** How long an order that will succeed or fail is answered PENDING first; 0 = not at all. */
  settleDelayMs: delayMs,
  failureCode: z.string().min(1).max(32),
  /** A failed order is answered APPLY_SUCCESS with status FAILED, or with the failure code itself. */
  failureAnswer: z.enum(['status', 'code']),
  repeatAnswer: z.enum(['order_repeat', 'order_repeat_without_data', 'first_answer']),
  queryDelayMs: delayMs,
  orderCloseEnabled: z.boolean(),
  sessionLifeMs: lifeMs,
  paymentTokenLifeMs: lifeMs,
  paymentTokenSingleUse: z.boolean(),
  signErrors: z.boolean(),
  /** `by_amount`: what its amount says (§11). */
  refundOutcome: z.enum(['by_amount', 'REFUND_SUCCESS', 'REFUND_FAILED', 'REFUND_PENDING']),
  refundSettleDelayMs: delayMs,
  /** A failing refund is answered REFUND_FAILED at once instead of REFUND_PENDING and a callback. */
  refundFailsAtOnce: z.boolean(),
  refundBalanceCovers: z.boolean(),
  refundWindowDays: z.int().min(1).max(3_650),
  unknownRefundCode: z.enum(['REFUND_NO_INVALID', 'ORDER_NOT_EXIST']),
  /** refundQuery as the OpenAPI example has it: `totalAmount`, and a tab behind REFUND_PENDING (§3.6). */
  refundQueryOddities: z.boolean(),
  /** The gaps before the second, third, … try of a callback; empty = one try. */
  callbackRetryGapsMs: z.array(delayMs).max(20),
  callbackTimeoutMs: z.int().min(1).max(60_000),
});

export type Settings = z.infer<typeof settingsSchema>;

const DEFAULT_SETTINGS: Settings = {
  outcome: 'by_subject',
  settleDelayMs: 0,
  failureCode: 'PAYMENT_FAILED',
  failureAnswer: 'status',
  repeatAnswer: 'order_repeat',
  queryDelayMs: 0,
  orderCloseEnabled: false,
  sessionLifeMs: 1_800_000,
  paymentTokenLifeMs: 600_000,
  paymentTokenSingleUse: true,
  signErrors: true,
  refundOutcome: 'by_amount',
  refundSettleDelayMs: 0,
  refundFailsAtOnce: false,
  refundBalanceCovers: true,
  refundWindowDays: 180,
  unknownRefundCode: 'REFUND_NO_INVALID',
  refundQueryOddities: false,
  // Read as gaps, not as offsets from the first try (§5.3, §12 no. 10).
  callbackRetryGapsMs: [30_000, 300_000, 600_000, 3_600_000, 43_200_000],
  callbackTimeoutMs: 5_000,
};

/** A change, for everybody or for one account only: `clientId` is its appId. */
export const settingsChangeSchema = settingsSchema.partial().extend({ clientId: z.string().optional() });

/** PayerMax's settings, for everybody and per appId. */
export class SettingsBook extends AccountSettings<Settings> {
  constructor() {
    super(DEFAULT_SETTINGS);
  }
}
