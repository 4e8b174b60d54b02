import type { IncomingHttpHeaders } from 'node:http';
import type { ApiConnections } from '../api-connections';
import type { PaymentMemo } from '../contract/workflow';
import { type Payment, type ProviderId, referenceAtProvider } from '../domain/payment';
import type { ProviderEvent } from '../domain/provider-answer';
import { dropPayHint, parseDropPayWebhook } from '../providers/droppay/webhook';
import { ETPAY_ACKNOWLEDGEMENT, readEtPayReturn, readEtPayWebhook } from '../providers/etpay/webhook';
import { PAYERMAX_ACKNOWLEDGEMENT, readPayerMaxWebhook } from '../providers/payermax/webhook';
import { POMELO_ACKNOWLEDGEMENT, pomeloReferenceOf, readPomeloWebhook } from '../providers/pomelo/webhook';
import { temporarilyUnavailable } from './problem';

/** A callback as it came in. */
export interface Callback {
  body: Buffer;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  /** RFC 3339 */
  receivedAt: string;
}

/** Why a callback goes no further. The message quotes nothing that was received. */
export interface RefusedCallback {
  error: 'unreadable' | 'bad_signature';
  message: string;
}

export type ReadCallback = ProviderEvent | RefusedCallback;

/** How one provider's callbacks are read and what it wants to hear back. */
export interface WebhookReader {
  /** Reads a callback that came to the address of one payment. */
  read: (callback: Callback, stored: PaymentMemo) => ReadCallback;
  /** Reads what the payer's browser brings back, where the provider signs that too. */
  readReturn?: (
    query: Readonly<Record<string, unknown>>,
    stored: PaymentMemo,
    receivedAt: string,
  ) => ReadCallback;
  /**
   * The payment of a callback that came to the one address of all payments, once a signature of any account was found
   * right; absent where every payment has its own address.
   */
  find?: (callback: Callback) => { paymentId: string } | RefusedCallback;
  acknowledgement: { contentType: string; body: string };
}

/** Callback readers by provider id, with what they check callbacks with. */
export function webhookReaders(connections: ApiConnections): Readonly<Record<ProviderId, WebhookReader>> {
  return {
    'droppay-pos': DROPPAY,
    'droppay-acquirer': DROPPAY,
    payermax: payerMaxReader(connections.payermax),
    pomelo: pomeloReader(connections.pomelo),
    etpay: ETPAY,
  };
}

const DROPPAY: WebhookReader = {
  read({ body, receivedAt }) {
    const webhook = parseDropPayWebhook(body.toString('utf8'));
    if ('error' in webhook) return { error: 'unreadable', message: webhook.error };
    return dropPayHint(webhook, receivedAt);
  },
  acknowledgement: { contentType: 'text/plain', body: 'OK' },
};

function payerMaxReader(accounts: ApiConnections['payermax']): WebhookReader {
  return {
    read: ({ body, headers, receivedAt }, { payment }) =>
      readPayerMaxWebhook(
        body,
        headers,
        accountOf(accounts, payment),
        referenceAtProvider(payment.id),
        receivedAt,
      ),
    acknowledgement: PAYERMAX_ACKNOWLEDGEMENT,
  };
}

function pomeloReader(accounts: ApiConnections['pomelo']): WebhookReader {
  return {
    read: (callback, { payment }) =>
      readPomeloWebhook({
        ...callback,
        apiKey: accountOf(accounts, payment).apiKey,
        expectedReference: referenceAtProvider(payment.id),
      }),
    find(callback) {
      const read = Object.values(accounts).map(({ apiKey }) => readPomeloWebhook({ ...callback, apiKey }));
      const refusals = read.filter((one) => 'error' in one);
      if (refusals.length === read.length) {
        return refusals[0] ?? { error: 'bad_signature', message: 'there is no account to check it with' };
      }
      const reference = pomeloReferenceOf(callback.body);
      if (!reference?.startsWith('pay')) return { error: 'unreadable', message: 'localId is none of ours' };
      return { paymentId: `pay_${reference.slice('pay'.length)}` };
    },
    acknowledgement: POMELO_ACKNOWLEDGEMENT,
  };
}

const ETPAY: WebhookReader = {
  read: ({ body, receivedAt }, stored) => readEtPayWebhook(body, expectedByEtPay(stored), receivedAt),
  readReturn: ({ jwt }, stored, receivedAt) => readEtPayReturn(jwt, expectedByEtPay(stored), receivedAt),
  acknowledgement: ETPAY_ACKNOWLEDGEMENT,
};

function expectedByEtPay({ payment, private: { callbackSecrets } }: PaymentMemo) {
  const { providerReference: merchantOrderId, amount, currency } = payment;
  return { callbackSecrets, merchantOrderId, amount, currency };
}

/** @throws Problem temporarily_unavailable: nobody can tell a good callback from a bad one, so it has to come again */
function accountOf<Account>(accounts: Record<string, Account>, { connection, provider }: Payment): Account {
  const account = accounts[connection];
  if (account) return account;
  throw temporarilyUnavailable(`the ${provider} connection of this payment is not configured here`);
}
