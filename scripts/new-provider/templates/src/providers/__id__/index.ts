//: form
import { z } from 'zod';
import { confirmFields } from '../../contract/http';
//: all
import { referenceAtProvider } from '../../domain/payment';
import { defineProvider } from '../provider';
import { $CONSTANT$_CAPABILITIES } from './capabilities';
import { $CONSTANT$_VARIABLES, $camel$SettingsSchema } from './config';
//: form
import { FORM_CODE } from './form';
//: hosted-page form
import { $CONSTANT$_ACKNOWLEDGEMENT, read$Pascal$Webhook } from './webhook';
//: reserve-and-capture
import { $CONSTANT$_ACKNOWLEDGEMENT, find$Pascal$Payment, read$Pascal$Webhook } from './webhook';
//: all

/** $Name$, as the API and the settings see it. src/providers/provider.ts says what else may stand here. */
export const $camel$ = defineProvider({
  id: '$id$',
  capabilities: $CONSTANT$_CAPABILITIES,
  settings: $camel$SettingsSchema,
  environment: {
    variables: $CONSTANT$_VARIABLES,
    atSandbox: (sandboxUrl) => ({
      $CONSTANT$_BASE_URL: `${sandboxUrl}/$id$`,
      $CONSTANT$_CLIENT_ID: 'sandbox-client-id',
      $CONSTANT$_CLIENT_SECRET: 'sandbox-client-secret',
      //: form
      $CONSTANT$_SCRIPT_URL: `${sandboxUrl}/$id$/form.js`,
      //: all
    }),
  },
  addressOf: ({ baseUrl }) => baseUrl,
  // What callbacks are checked with (docs/providers/$id$.md §4). Where that is a key of its own, the API keeps only that.
  //: hosted-page reserve-and-capture
  keep: ({ clientSecret }) => ({ clientSecret }),
  //: form
  keep: ({ clientSecret, scriptUrl }) => ({ clientSecret, scriptUrl }),
  //: all
  refundsNotOffered: () => '$Name$ refunds are not offered by API',
  //: form
  confirmation: z.strictObject(confirmFields),
  //: all
  callbacks: {
    read: (callback, { payment }, account) =>
      read$Pascal$Webhook(callback, account(), referenceAtProvider(payment.id)),
    //: reserve-and-capture
    find: find$Pascal$Payment,
    //: all
    acknowledgement: $CONSTANT$_ACKNOWLEDGEMENT,
  },
  //: form
  checkoutForm: {
    scriptUrl: ({ scriptUrl }) => scriptUrl,
    browserCode: FORM_CODE,
    confirmWith: (paymentToken, payer) => ({ paymentToken, ...payer }),
  },
  //: all
});
