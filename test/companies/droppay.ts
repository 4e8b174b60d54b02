import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import type { Stage, Waits } from './provider-under-test';

/** What both of DropPay's providers have in common. */
export const DROPPAY = {
  company: 'droppay',
  callsBesides: ['token'],
} as const;

export const DROPPAY_ORDER = { amount: 1250, currency: 'EUR', connection: 'quick', expiresInSeconds: 60 };

/** One account serves both. */
export const DROPPAY_ACCOUNT = {
  DROPPAY_BASE_URL: 'baseUrl',
  DROPPAY_CLIENT_ID: 'clientId',
  DROPPAY_CLIENT_SECRET: 'clientSecret',
  DROPPAY_CONNECTION_CODE: 'connectionCode',
  DROPPAY_POS_ID: 'posId',
  DROPPAY_ACQUIRER_POS_ID: 'acquirerPosId',
  DROPPAY_REFUND_PATH: 'refundPath',
} as const;

/** A pay token lives for three minutes in truth (docs/providers/droppay.md §2.4). */
export const shortPayTokens = ({ lifeMs, marginMs }: Waits) => ({
  account: { assumed: { payTokenLifeMs: lifeMs, settleMarginMs: marginMs } },
  sandbox: { payTokenLifeMs: lifeMs },
});

/** What becomes of the authorization at the stand-in. */
export const authorization =
  (verb: 'approve' | 'refuse' | 'expire') =>
  async ({ control }: Stage, { id }: Payment): Promise<void> => {
    await control('POST', `/droppay/authorizations/${referenceAtProvider(id)}/${verb}`);
  };

export const OTHER_AMOUNT = { charge_amount: 99.5 };
export const OTHER_REFERENCE = { merchant_custom_id: 'payother' };
export const READ_BEFORE_CHARGING = {
  harmless: 'what is charged is what a reading shows, right before it, and compared with what was asked',
};
export const READ_AFTER_TAKING = {
  harmless: 'an answer that does not fit is not believed: a reading decides',
};
export const READ_AFTER_STOPPING = { harmless: 'a reading decides, whatever the answer to the stop says' };
