import { z } from 'zod';
import { httpAddress, timeoutMs } from '../settings';

/** An activity makes several calls within its time; each has to leave room for the next. */
const MAX_TIMEOUT_MS = 12_000;

/**
 * Facts that no source states (docs/providers/pomelo.md, marked [assumed]) and on which the adapter builds:
 * change them here when the provider says otherwise.
 */
const assumed = z.strictObject({
  /** How many pages of the list are read for a transaction whose create answer was lost (§3.3). */
  searchPages: z.number().int().min(1).max(50).default(6),
  /** How far Pomelo's clock may be from ours, in milliseconds: tells an expiry from a refusal (§2). */
  clockMarginMs: z.number().int().nonnegative().default(60_000),
  /** Whether VOIDED says that a payment was made and given back in full; otherwise it says nothing (§2). */
  voidedWasPaid: z.boolean().default(true),
  /** What a v1 create names as the application's version; the documents contradict each other here (§2). */
  appVersion: z.string().min(1).max(64).default('holdfast'),
});

/** Settings of one Pomelo account. `baseUrl` carries the `/public` prefix and may end with a slash. */
export const pomeloSettingsSchema = z
  .strictObject({
    baseUrl: httpAddress('https://api.pomelopay.com/public'),
    /** The application's API key (`client_secret`): signs us in, and keys every signature. */
    apiKey: z.string().regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without spaces'),
    /** The application's id (`client_id`); only a v1 create needs it. */
    appId: z.string().min(1).optional(),
    /** Which generation of the create call is made (§3.1). */
    createVersion: z.enum(['v1', 'v2']).default('v2'),
    /** How a v1 create is signed (§9). */
    signMethod: z.enum(['sha1', 'md5']).default('sha1'),
    connectTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
    callTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
    assumed: assumed.prefault({}),
  })
  .refine(({ createVersion, appId }) => createVersion === 'v2' || appId !== undefined, {
    path: ['appId'],
    message: 'is needed when createVersion is v1',
  });

export type PomeloSettings = z.output<typeof pomeloSettingsSchema>;

/** Which variable of the environment sets what. */
export const POMELO_VARIABLES = {
  POMELO_BASE_URL: 'baseUrl',
  POMELO_API_KEY: 'apiKey',
  POMELO_APP_ID: 'appId',
  POMELO_SIGN_METHOD: 'signMethod',
  POMELO_CREATE_VERSION: 'createVersion',
} as const satisfies Record<string, keyof PomeloSettings>;
