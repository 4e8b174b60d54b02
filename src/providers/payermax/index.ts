import { z } from 'zod';
import { confirmFields } from '../../contract/http';
import { referenceAtProvider } from '../../domain/payment';
import { defineProvider } from '../provider';
import { PAYERMAX_CAPABILITIES } from './capabilities';
import { CARD_FORM_SCRIPT } from './card-form';
import { PAYERMAX_VARIABLES, payerMaxSettingsSchema } from './config';
import { sandboxAccount } from './sandbox-account';
import { PAYERMAX_ACKNOWLEDGEMENT, readPayerMaxWebhook } from './webhook';

/** PayerMax's Drop-in: the payer's card goes into a form on our checkout page, and comes to us as a token. */
export const payerMax = defineProvider({
  id: 'payermax',
  capabilities: PAYERMAX_CAPABILITIES,
  settings: payerMaxSettingsSchema,
  environment: { variables: PAYERMAX_VARIABLES, atSandbox: sandboxAccount },
  addressOf: ({ baseUrl }) => baseUrl,
  keep: ({ publicKey, appId, merchantNo, scriptUrl }) => ({ publicKey, appId, merchantNo, scriptUrl }),
  options: z.strictObject({
    /** What the payer may pay with; all that the account's contract holds when absent. */
    componentList: z
      .array(z.enum(['CARD', 'APPLEPAY', 'GOOGLEPAY'], 'must be CARD, APPLEPAY or GOOGLEPAY'))
      .min(1, 'componentList must name one component at least')
      .optional(),
  }),
  requiredCustomer: ['id', 'country'],
  confirmation: z.strictObject(confirmFields),
  callbacks: {
    read: ({ body, headers, receivedAt }, { payment }, account) =>
      readPayerMaxWebhook(body, headers, account(), referenceAtProvider(payment.id), receivedAt),
    acknowledgement: PAYERMAX_ACKNOWLEDGEMENT,
  },
  checkoutForm: {
    scriptUrl: ({ scriptUrl }) => scriptUrl,
    browserCode: CARD_FORM_SCRIPT,
    confirmWith: (paymentToken, payer) => ({ paymentToken, ...payer }),
  },
});
