import { z } from 'zod';
import { AccountSettings } from '../account-settings';
import { SIGN_METHODS } from './signing';

const DAY_MS = 86_400_000;
const delayMs = z
  .int()
  .min(0)
  .max(365 * DAY_MS);

/** The switches of what nobody documents (docs/providers/pomelo.md §11). */
const settingsSchema = z.strictObject({
  createStatus: z.union([z.literal(200), z.literal(201)]),
  /** No `url` in transaction objects, as in the seed's table. */
  omitUrl: z.boolean(),
  /** The QR object has three spellings (§2). */
  qrSpelling: z.enum(['qr', 'qrCode', 'qrcode', 'none']),
  /** The further fields that only the sibling documents (§2). */
  siblingFields: z.boolean(),
  /** How long a new transaction is INITIATED before it can be paid. */
  initiatedMs: delayMs,
  /** How long after Pay the transaction becomes CONFIRMED; the payer is sent back at once. */
  confirmationDelayMs: delayMs,
  expiredState: z.enum(['CANCELLED', 'EXPIRED']),
  /** The life of a transaction created without `expires`. */
  defaultLifeMs: delayMs.min(1),
  refuseExpiryBeyond90Days: z.boolean(),
  wrongDeviceIdStatus: z.union([z.literal(400), z.literal(401)]),
  omitErrorCodes: z.boolean(),
  cancelCall: z.boolean(),
  listPageSize: z.int().min(1).max(1_000),
  listOldestFirst: z.boolean(),
  listCountAsText: z.boolean(),
  meAsArray: z.boolean(),
  /** Which digest webhooks and returns carry; `as_created`: the transaction's own, sha1 for v2. */
  webhookSignMethod: z.enum(['as_created', ...SIGN_METHODS]),
  originalSignature: z.boolean(),
  headerSignatures: z.boolean(),
  newerWebhookBodies: z.boolean(),
  createdWebhooks: z.boolean(),
  /** The gaps before the second, third, … try of a webhook; empty = one try. */
  webhookRetryGapsMs: z.array(delayMs).max(20),
  /** Whether the dashboard refunds parts, and the state in which a refunded part leaves the transaction. */
  partialRefunds: z.enum(['off', 'CONFIRMED', 'REFUNDED']),
});

export type Settings = z.infer<typeof settingsSchema>;

const DEFAULT_SETTINGS: Settings = {
  createStatus: 201,
  omitUrl: false,
  qrSpelling: 'qr',
  siblingFields: false,
  initiatedMs: 0,
  confirmationDelayMs: 0,
  expiredState: 'CANCELLED',
  // Invented: the dashboard's default is unknown (§7).
  defaultLifeMs: DAY_MS,
  refuseExpiryBeyond90Days: true,
  wrongDeviceIdStatus: 401,
  omitErrorCodes: false,
  cancelCall: false,
  listPageSize: 20,
  listOldestFirst: false,
  listCountAsText: false,
  meAsArray: false,
  webhookSignMethod: 'as_created',
  originalSignature: false,
  headerSignatures: true,
  newerWebhookBodies: false,
  createdWebhooks: true,
  webhookRetryGapsMs: [10_000, 60_000, 300_000, 1_800_000],
  partialRefunds: 'off',
};

/** A change, for everybody or for one account only: `clientId` is its appId. */
export const settingsChangeSchema = settingsSchema.partial().extend({ clientId: z.string().optional() });

/** Pomelo's settings, for everybody and per appId. */
export class SettingsBook extends AccountSettings<Settings> {
  constructor() {
    super(DEFAULT_SETTINGS);
  }
}
