import { z } from 'zod';
import { AccountSettings } from '../account-settings';

const lifeMs = z
  .int()
  .min(1)
  .max(365 * 86_400_000);

/**
 * The switches of what nobody documents (docs/providers/droppay.md §9), and lives that tests want shorter.
 */
const settingsSchema = z.strictObject({
  valChangesOnRenewal: z.boolean(),
  payTokenLifeMs: lifeMs,
  accessTokenLifeMs: lifeMs,
  newTokenKillsOld: z.boolean(),
  waitingLifeMs: lifeMs,
  acquirerCreatedGranted: z.boolean(),
  quickStartCreateAnswer: z.boolean(),
  createdWebhooks: z.boolean(),
  bareWebhooks: z.boolean(),
  webhookRetries: z.int().min(0).max(100),
  webhookRetryDelayMs: z.int().min(0).max(86_400_000),
  refundStatus: z.enum(['DONE', 'FAILED', 'ACCOUNTED']),
});

export type Settings = z.infer<typeof settingsSchema>;

const DEFAULT_SETTINGS: Settings = {
  valChangesOnRenewal: true,
  payTokenLifeMs: 180_000,
  accessTokenLifeMs: 3_600_000,
  newTokenKillsOld: false,
  // Invented: how long a payer may take is unknown (docs/providers/droppay.md §7, §9).
  waitingLifeMs: 900_000,
  acquirerCreatedGranted: false,
  quickStartCreateAnswer: false,
  createdWebhooks: false,
  bareWebhooks: false,
  webhookRetries: 0,
  webhookRetryDelayMs: 1_000,
  refundStatus: 'DONE',
};

/** A change, for everybody or for one account only. */
export const settingsChangeSchema = settingsSchema.partial().extend({ clientId: z.string().optional() });

/** DropPay's settings, for everybody and per client id. */
export class SettingsBook extends AccountSettings<Settings> {
  constructor() {
    super(DEFAULT_SETTINGS);
  }
}
