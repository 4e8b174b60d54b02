import type { PaymentMemo } from '../../contract/workflow';
import { defineProvider } from '../provider';
import { ETPAY_CAPABILITIES } from './capabilities';
import { currencyOfAccount, ETPAY_VARIABLES, etPaySettingsSchema } from './config';
import { etPayOptionsSchema } from './options';
import { ETPAY_ACKNOWLEDGEMENT, type ExpectedPayment, readEtPayReturn, readEtPayWebhook } from './webhook';

/** ETpay: the payer pays by bank transfer, on its hosted page. */
export const etPay = defineProvider({
  id: 'etpay',
  capabilities: ETPAY_CAPABILITIES,
  settings: etPaySettingsSchema,
  environment: {
    variables: ETPAY_VARIABLES,
    atSandbox: (sandboxUrl) => ({
      ETPAY_API_URL: `${sandboxUrl}/etpay/api`,
      ETPAY_PMT_URL: `${sandboxUrl}/etpay/pmt`,
      ETPAY_MERCHANT_CODE: 'cl_sandbox',
      ETPAY_MERCHANT_API_TOKEN: 'etpay-sandbox-api-token',
    }),
  },
  addressOf: ({ apiUrl }) => apiUrl,
  keep: (settings) => ({ currency: currencyOfAccount(settings) }),
  options: etPayOptionsSchema,
  // No call names a currency: each account has one (docs/providers/etpay.md §3.1).
  objectionsTo({ currency }, { currency: taken }) {
    if (currency === taken) return [];
    const message = `this etpay connection takes ${taken} only: name one of another country`;
    return [{ path: 'currency', message, code: 'unsupported_currency' }];
  },
  refundsNotOffered: () => 'ETpay has no refunds by API: give the money back by a transfer of your own',
  callbacks: {
    read: ({ body, receivedAt }, stored) => readEtPayWebhook(body, expected(stored), receivedAt),
    readReturn: ({ query: { jwt }, receivedAt }, stored) =>
      readEtPayReturn(jwt, expected(stored), receivedAt),
    acknowledgement: ETPAY_ACKNOWLEDGEMENT,
  },
});

function expected({ payment, private: { callbackSecrets } }: PaymentMemo): ExpectedPayment {
  const { providerReference: merchantOrderId, amount, currency } = payment;
  return { callbackSecrets, merchantOrderId, amount, currency };
}
