import { referenceAtProvider } from '../../domain/payment';
import type { Callback, FoundPayment } from '../callback';
import { defineProvider } from '../provider';
import { POMELO_CAPABILITIES } from './capabilities';
import { POMELO_VARIABLES, pomeloSettingsSchema } from './config';
import { POMELO_ACKNOWLEDGEMENT, pomeloReferenceOf, readPomeloWebhook } from './webhook';

/** Pomelo: the payer pays on its hosted page. */
export const pomelo = defineProvider({
  id: 'pomelo',
  capabilities: POMELO_CAPABILITIES,
  settings: pomeloSettingsSchema,
  environment: {
    variables: POMELO_VARIABLES,
    atSandbox: (sandboxUrl) => ({
      POMELO_BASE_URL: `${sandboxUrl}/pomelo/public`,
      POMELO_API_KEY: 'sandbox-api-key',
      POMELO_APP_ID: 'sandbox-app',
    }),
  },
  addressOf: ({ baseUrl }) => baseUrl,
  // The key signs us in too: Pomelo has no other to check callbacks with.
  keep: ({ apiKey }) => ({ apiKey }),
  refundsNotOffered: () => 'Pomelo refunds are made at its dashboard; they appear here once they are seen',
  callbacks: {
    read: (callback, { payment }, account) =>
      readPomeloWebhook({
        ...callback,
        apiKey: account().apiKey,
        expectedReference: referenceAtProvider(payment.id),
      }),
    find,
    acknowledgement: POMELO_ACKNOWLEDGEMENT,
  },
});

function find(callback: Callback, accounts: Readonly<Record<string, { apiKey: string }>>): FoundPayment {
  const read = Object.values(accounts).map(({ apiKey }) => readPomeloWebhook({ ...callback, apiKey }));
  const refusals = read.filter((one) => 'error' in one);
  if (refusals.length === read.length) {
    return refusals[0] ?? { error: 'bad_signature', message: 'there is no account to check it with' };
  }
  const reference = pomeloReferenceOf(callback.body);
  if (!reference?.startsWith('pay')) return { notOurs: true };
  return { paymentId: `pay_${reference.slice('pay'.length)}` };
}
