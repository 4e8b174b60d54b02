import { z } from 'zod';
import { httpAddress, timeoutMs } from '../settings';

/** An activity makes several calls within its time; each has to leave room for the next. */
const MAX_TIMEOUT_MS = 12_000;

const visible = z.string().regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without spaces');

/** Settings of one $Name$ account (docs/providers/$id$.md §1). `baseUrl` may end with a slash. */
export const $camel$SettingsSchema = z.strictObject({
  baseUrl: httpAddress('https://api.example.com'),
  /** What $Name$ hands to a merchant: rename both, or leave one out. */
  clientId: visible,
  clientSecret: visible,
  //: form
  /** The browser's script that draws the form: the checkout page lets scripts and frames come from its origin. */
  scriptUrl: httpAddress('https://assets.example.com/form.js'),
  //: all
  connectTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
  callTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
});

export type $Pascal$Settings = z.output<typeof $camel$SettingsSchema>;

/** Which variable of the environment sets what. */
export const $CONSTANT$_VARIABLES = {
  $CONSTANT$_BASE_URL: 'baseUrl',
  $CONSTANT$_CLIENT_ID: 'clientId',
  $CONSTANT$_CLIENT_SECRET: 'clientSecret',
  //: form
  $CONSTANT$_SCRIPT_URL: 'scriptUrl',
  //: all
} as const satisfies Record<string, keyof $Pascal$Settings>;
