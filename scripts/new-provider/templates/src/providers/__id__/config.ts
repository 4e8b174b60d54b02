import { z } from 'zod';
import { httpAddress, timeoutMs } from '../settings';

/** An activity makes several calls within its time; each has to leave room for the next. */
const MAX_TIMEOUT_MS = 12_000;

/** Settings of one $Name$ account (docs/providers/$id$.md §1). `baseUrl` may end with a slash. */
export const $camel$SettingsSchema = z.strictObject({
  baseUrl: httpAddress('https://api.example.com'),
  /** Signs us in. */
  apiKey: z.string().regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without spaces'),
  connectTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
  callTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
});

export type $Pascal$Settings = z.output<typeof $camel$SettingsSchema>;

/** Which variable of the environment sets what. */
export const $CONSTANT$_VARIABLES = {
  $CONSTANT$_BASE_URL: 'baseUrl',
  $CONSTANT$_API_KEY: 'apiKey',
} as const satisfies Record<string, keyof $Pascal$Settings>;
