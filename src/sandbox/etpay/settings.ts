import { z } from 'zod';
import { AccountSettings } from '../account-settings';
import { JWT_SHAPES } from './jwt';

const DAY_MS = 86_400_000;
const lifeMs = z
  .int()
  .min(1)
  .max(365 * DAY_MS);

/** The switches of what nobody documents (docs/providers/etpay.md §9), and lives that tests want shorter. */
const settingsSchema = z.strictObject({
  /** What `payment_status` says of a payment that failed. */
  failureLabel: z.string(),
  sessionLifeMs: lifeMs,
  /** A failure webhook when a session expires, instead of silence. */
  expiryWebhook: z.boolean(),
  jwtIssuedAt: z.boolean(),
  /** How long after its making a JWT ends (`exp`); null = it has none. */
  jwtLifeMs: lifeMs.nullable(),
  /** Merged (RFC 7396) into everything said of a payment: webhook, return and status alike, signed correctly. */
  claims: z.record(z.string(), z.json()),
  amountAsText: z.boolean(),
  returnShape: z.enum(JWT_SHAPES),
  webhookRetries: z.int().min(0).max(100),
  webhookRetryDelayMs: z.int().min(0).max(DAY_MS),
  statusListsFailures: z.boolean(),
  /** Lists a session without a payment too, with `openLabel` and no payment_token. */
  statusListsOpen: z.boolean(),
  openLabel: z.string(),
  /** How long a payment is not listed yet. */
  statusLagMs: z.int().min(0).max(DAY_MS),
  noMatchIs404: z.boolean(),
  orderIdLettersAndDigitsOnly: z.boolean(),
});

export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  failureLabel: 'error',
  sessionLifeMs: 1_800_000,
  expiryWebhook: false,
  jwtIssuedAt: false,
  jwtLifeMs: null,
  claims: {},
  amountAsText: false,
  returnShape: 'signed',
  webhookRetries: 0,
  webhookRetryDelayMs: 1_000,
  statusListsFailures: true,
  statusListsOpen: false,
  openLabel: 'pending',
  statusLagMs: 0,
  noMatchIs404: false,
  orderIdLettersAndDigitsOnly: false,
};

/** A change, for everybody or for one account only: `clientId` is its merchant code. */
export const settingsChangeSchema = settingsSchema.partial().extend({ clientId: z.string().optional() });

/** ETpay's settings, for everybody and per merchant code. */
export class SettingsBook extends AccountSettings<Settings> {
  constructor() {
    super(DEFAULT_SETTINGS);
  }
}
