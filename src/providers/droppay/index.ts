import { z } from 'zod';
import type { Callback, CallbackReader } from '../callback';
import { defineProvider } from '../provider';
import { DROPPAY_ACQUIRER_CAPABILITIES, DROPPAY_POS_CAPABILITIES } from './capabilities';
import { type DropPaySettings, dropPaySettingsSchema } from './config';
import { dropPayHint, parseDropPayWebhook } from './webhook';

const VARIABLES = {
  DROPPAY_BASE_URL: 'baseUrl',
  DROPPAY_CLIENT_ID: 'clientId',
  DROPPAY_CLIENT_SECRET: 'clientSecret',
  DROPPAY_CONNECTION_CODE: 'connectionCode',
  DROPPAY_POS_ID: 'posId',
  DROPPAY_ACQUIRER_POS_ID: 'acquirerPosId',
  DROPPAY_REFUND_PATH: 'refundPath',
} as const satisfies Record<string, keyof DropPaySettings>;

const CALLBACKS = {
  read({ body, receivedAt }: Callback) {
    const webhook = parseDropPayWebhook(body.toString('utf8'));
    if ('error' in webhook) return { error: 'unreadable', message: webhook.error };
    return dropPayHint(webhook, receivedAt);
  },
  acknowledgement: { contentType: 'text/plain', body: 'OK' },
} satisfies CallbackReader<unknown>;

/** Payments by link or QR code: the DropPay device. */
export const dropPayPos = defineProvider({
  id: 'droppay-pos',
  company: 'droppay',
  capabilities: DROPPAY_POS_CAPABILITIES,
  settings: dropPaySettingsSchema,
  environment: {
    variables: VARIABLES,
    atSandbox: (sandboxUrl) => ({
      DROPPAY_BASE_URL: `${sandboxUrl}/droppay`,
      DROPPAY_CLIENT_ID: 'sandbox-app',
      DROPPAY_CLIENT_SECRET: 'sandbox-secret',
      DROPPAY_CONNECTION_CODE: 'sandbox-connection',
      DROPPAY_POS_ID: 'POSSANDBOX1',
      DROPPAY_ACQUIRER_POS_ID: 'POSSANDBOXACQ1',
      DROPPAY_REFUND_PATH: '/shop/v1/pos/refund',
    }),
  },
  addressOf: ({ baseUrl }) => baseUrl,
  keep: ({ refundPath }) => ({ refunds: refundPath !== undefined }),
  refundsNotOffered: (account) =>
    account?.refunds
      ? null
      : 'refunds at DropPay are offered only when DROPPAY_REFUND_PATH (refundPath of the connection) is set',
  callbacks: CALLBACKS,
});

/** Payments that a terminal takes: the Acquirer device. */
export const dropPayAcquirer = defineProvider({
  id: 'droppay-acquirer',
  company: 'droppay',
  capabilities: DROPPAY_ACQUIRER_CAPABILITIES,
  settings: dropPaySettingsSchema.required({ acquirerPosId: true }),
  // Both devices use one account, and one access token per connection name: one with a POS on the Acquirer device serves both.
  sharedAccounts: {
    with: 'droppay-pos',
    from: (account: DropPaySettings) => {
      const { acquirerPosId } = account;
      return acquirerPosId === undefined ? null : { ...account, acquirerPosId };
    },
    fix: (name) => `set acquirerPosId of droppay-pos.${name} instead (DROPPAY_ACQUIRER_POS_ID for default)`,
  },
  addressOf: ({ baseUrl }) => baseUrl,
  keep: () => ({}),
  confirmation: z.strictObject({}),
  refundsNotOffered: () => 'DropPay Acquirer has no refunds: give the money back at the terminal',
  callbacks: CALLBACKS,
  checkoutSayings: { requires_confirmation: 'Waiting for the terminal: please pay there.' },
});
