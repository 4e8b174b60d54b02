import { z } from 'zod';

/** An activity makes several calls within its time; each has to leave room for the next. */
const MAX_TIMEOUT_MS = 12_000;

/** Settings of one $Name$ account (docs/providers/$id$.md §1). `baseUrl` may end with a slash. */
export const $camel$SettingsSchema = z.strictObject({
  baseUrl: z
    .url({
      protocol: /^https?$/,
      error: 'must be an http(s) address such as https://api.example.com',
      abort: true,
    })
    .refine((url) => !new URL(url).username && !new URL(url).password, 'must not hold a user or password')
    .refine((url) => !/[?#]/.test(url), 'must not hold a query or fragment'),
  /** Signs us in. */
  apiKey: z.string().regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without spaces'),
  connectTimeoutMs: z.number().int().positive().max(MAX_TIMEOUT_MS).optional(),
  callTimeoutMs: z.number().int().positive().max(MAX_TIMEOUT_MS).optional(),
});

export type $Pascal$Settings = z.output<typeof $camel$SettingsSchema>;

/** Which variable of the environment sets what. */
export const $CONSTANT$_VARIABLES = {
  $CONSTANT$_BASE_URL: 'baseUrl',
  $CONSTANT$_API_KEY: 'apiKey',
} as const satisfies Record<string, keyof $Pascal$Settings>;
