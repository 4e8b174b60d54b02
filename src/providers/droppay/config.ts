import { z } from 'zod';
import { httpAddress, timeoutMs } from '../settings';

/** An activity makes up to three calls within its 40 s (src/workflows/payment/provider-calls.ts). */
const MAX_TIMEOUT_MS = 12_000;

/**
 * Facts that no source states (docs/providers/droppay.md, marked [assumed]) and on which the adapter builds:
 * change them here when the provider says otherwise.
 */
const assumed = z.strictObject({
  /**
   * How long a pay token may live when its own end cannot be read, in milliseconds (§2.4: "about 180
   * seconds").
   */
  payTokenLifeMs: z.number().int().positive().default(180_000),
  /**
   * How far DropPay's clock may be from ours, and how long a confirmation (PATCH) whose answer was lost may still
   * be carried out, in milliseconds.
   */
  settleMarginMs: z.number().int().nonnegative().default(60_000),
  /**
   * Whether the Acquirer device grants an authorization as it creates it (§2.2: the documents disagree). When it
   * does, creating takes the money, and a create call without an answer is never repeated.
   */
  acquirerCreatedGranted: z.boolean().default(false),
});

/** Settings of one DropPay account. `baseUrl` may end with a slash. */
export const dropPaySettingsSchema = z.strictObject({
  baseUrl: httpAddress('https://api.drop-pay.io'),
  /** Application key. */
  clientId: z.string().min(1),
  /** Application secret. */
  clientSecret: z.string().min(1),
  connectionCode: z.string().min(1),
  /** POS attached to the DropPay virtual device. */
  posId: z.string().min(1),
  /** POS attached to the Acquirer virtual device. */
  acquirerPosId: z.string().min(1).optional(),
  /** Path of the refund call; refunds are offered only when it is set (§3.7: the path is assumed). */
  refundPath: z.string().startsWith('/', 'must start with a slash').optional(),
  connectTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
  callTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
  assumed: assumed.prefault({}),
});

export type DropPaySettings = z.output<typeof dropPaySettingsSchema>;
