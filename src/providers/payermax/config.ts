import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { httpAddress, timeoutMs } from '../settings';
import { NO_SUCH_ORDER } from './codes';
import { readPrivateKey, readPublicKey } from './keys';

const MAX_CONNECT_TIMEOUT_MS = 10_000;
/** Placing an order may take two calls: the order, and asking how it stands. Both must fit into one activity. */
const MAX_CALL_TIMEOUT_MS = 20_000;
/** What PayerMax's own Java SDK allows (docs/providers/payermax.md §3.0). */
const CALL_TIMEOUT_MS = 15_000;
const PRODUCTION_HOST = 'pay-gate.payermax.com';

const version = z
  .string()
  .regex(/^\d\.\d$/, 'must look like 1.5')
  .default('1.5');

/**
 * Facts that no source states, or on which sources disagree (docs/providers/payermax.md, marked [assumed]), and on
 * which the adapter builds: change them here when PayerMax says otherwise.
 */
const assumed = z.strictObject({
  /** API version of each call (§3.0): the sources name 1.4, 1.5 and 1.6. */
  versions: z
    .strictObject({
      applyDropinSession: version,
      orderAndPay: version,
      orderQuery: version,
      refund: version,
      refundQuery: version,
    })
    .prefault({}),
  /** How long after its closing time an order may still appear or change, in milliseconds (§7.4). */
  settleMarginMs: z.number().int().nonnegative().default(600_000),
  /** Codes by which `refundQuery` says that it knows no such refund (§3.6). */
  noSuchRefundCodes: z.array(z.string()).default([NO_SUCH_ORDER, 'REFUND_NO_INVALID']),
});

const key = (read: (text: string) => KeyObject) =>
  z.string().transform((text, context): KeyObject => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof TypeError ? error.message : 'is no RSA key',
      });
      return z.NEVER;
    }
  });

/** Settings of one PayerMax app. `baseUrl` holds the documented prefix and may end with a slash (§1). */
export const payerMaxSettingsSchema = z
  .strictObject({
    baseUrl: httpAddress('https://pay-gate-uat.payermax.com/aggregate-pay/api/gateway'),
    appId: z.string().min(1).max(64),
    merchantNo: z.string().min(1).max(32).optional(),
    /** Ours; its public half is uploaded at PayerMax. PEM or one line of Base64. */
    privateKey: key(readPrivateKey),
    /** PayerMax's, as their merchant portal shows it. PEM or one line of Base64. */
    publicKey: key(readPublicKey),
    /** The browser script that draws the card form (§3.2). */
    scriptUrl: z
      .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
      .default('https://cdn.payermax.com/dropin/js/pmdropin.min.js'),
    /** Which one the browser script is told; by default `production` only at PayerMax's production address. */
    environment: z.enum(['production', 'sandbox']).optional(),
    connectTimeoutMs: timeoutMs(MAX_CONNECT_TIMEOUT_MS).optional(),
    callTimeoutMs: timeoutMs(MAX_CALL_TIMEOUT_MS).default(CALL_TIMEOUT_MS),
    assumed: assumed.prefault({}),
  })
  .check(({ value, issues }) => {
    if (!isOwnPublicKey(value)) return;
    const message =
      'is the public half of your own privateKey: PayerMax shows another one in its merchant portal';
    issues.push({ code: 'custom', path: ['publicKey'], message, input: undefined });
  });

/** Keys are key objects: neither a log line nor JSON shows anything of them. */
export type PayerMaxSettings = z.output<typeof payerMaxSettingsSchema>;

/** Environment variables of the connection `default`, and the settings they hold. */
export const PAYERMAX_VARIABLES = {
  PAYERMAX_BASE_URL: 'baseUrl',
  PAYERMAX_APP_ID: 'appId',
  PAYERMAX_MERCHANT_NO: 'merchantNo',
  PAYERMAX_PRIVATE_KEY: 'privateKey',
  PAYERMAX_PUBLIC_KEY: 'publicKey',
  PAYERMAX_SCRIPT_URL: 'scriptUrl',
} as const satisfies Record<string, keyof PayerMaxSettings>;

/** What the browser script is told to speak to (docs/providers/payermax.md §3.2). */
export function environmentOf({
  environment,
  baseUrl,
}: Pick<PayerMaxSettings, 'environment' | 'baseUrl'>): 'production' | 'sandbox' {
  return environment ?? (new URL(baseUrl).hostname === PRODUCTION_HOST ? 'production' : 'sandbox');
}

function isOwnPublicKey({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): boolean {
  const modulus = (key: KeyObject) => key.export({ format: 'jwk' }).n;
  return modulus(privateKey) === modulus(publicKey);
}
