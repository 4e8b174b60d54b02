import type { CallAnswer, CompanyCall, IncomingCall } from '../call-serving';
import type { SandboxClock } from '../clock';
import type { JsonObject } from '../exact-json';
import type { Account, Accounts } from './accounts';
import { countryOf } from './countries';
import { answerRefusals, EtpayRefusal } from './errors';
import type { Ledger } from './ledger';
import { openSessionWire, paymentWire } from './payment-wire';
import { checkedBody, initializeRequest, statusRequest, textField } from './requests';
import { newToken, type Session } from './session';
import { isOpen, type SessionDesk } from './session-desk';
import type { SettingsBook } from './settings';

export interface MerchantServices {
  readonly clock: SandboxClock;
  readonly accounts: Accounts;
  readonly settings: SettingsBook;
  readonly ledger: Ledger;
  readonly desk: SessionDesk;
}

/** The two calls of the merchant's server (docs/providers/etpay.md §3.1, §3.3). */
export function merchantCalls(services: MerchantServices): Record<'initialize' | 'status', CompanyCall> {
  return {
    initialize: {
      name: 'initialize',
      describe: (call) => ({
        clientId: textField(call, 'merchant_code'),
        reference: textField(call, 'merchant_order_id'),
      }),
      apply: (call) => answerRefusals(() => initialize(services, call)),
    },
    status: {
      name: 'status',
      describe: (call) => {
        const { ledger, accounts } = services;
        const session =
          ledger.getSession(textField(call, 'session_token') ?? '') ??
          ledger.sessionOfPayment(textField(call, 'payment_token') ?? '');
        return {
          clientId: accounts.ofApiToken(textField(call, 'merchant_api_token') ?? '')?.merchantCode,
          reference: textField(call, 'merchant_order_id') ?? session?.orderId,
          subject: session?.token,
        };
      },
      apply: (call) => answerRefusals(() => status(services, call)),
    },
  };
}

function initialize(services: MerchantServices, call: IncomingCall): CallAnswer {
  const request = checkedBody(call, initializeRequest);
  const account = authenticated(services, request);
  const settings = services.settings.of(account.merchantCode);
  if (settings.orderIdLettersAndDigitsOnly && request.merchant_order_id.includes('-')) {
    throw new EtpayRefusal(400, 'merchant_order_id: must be 1 to 64 letters or digits');
  }
  const nowMs = services.clock.now();
  const session = services.desk.open({
    token: newToken(),
    signatureToken: newToken(),
    account,
    orderId: request.merchant_order_id,
    amount: request.order_amount,
    state: 'CREATED',
    completedUrl: request.payment_completed_url ?? account.completedUrl,
    cancellationUrl: request.payment_cancellation_url ?? account.cancellationUrl,
    webhookUrl: request.payment_webhook_url ?? account.webhookUrl,
    concat: request.concat ?? '?',
    bank: knownBank(account, request.user_bank_code),
    shown: (request.metadata ?? []).filter(({ show }) => show),
    createdMs: nowMs,
    expiresMs: nowMs + settings.sessionLifeMs,
    updatedMs: nowMs,
  });
  return { status: 200, body: { token: session.token, signature_token: session.signatureToken } };
}

function status(services: MerchantServices, call: IncomingCall): CallAnswer {
  const request = checkedBody(call, statusRequest);
  const account = authenticated(services, request);
  const settings = services.settings.of(account.merchantCode);
  const listed = matchingSessions(services, account, request).flatMap((session): JsonObject[] => {
    const payments = services.ledger
      .paymentsOf(session)
      .filter(
        (payment) =>
          (request.payment_token === undefined || payment.token === request.payment_token) &&
          (payment.succeeded || settings.statusListsFailures) &&
          payment.atMs + settings.statusLagMs <= services.clock.now(),
      );
    const open = settings.statusListsOpen && request.payment_token === undefined && isOpen(session);
    return [
      ...payments.map((payment) => paymentWire(session, payment, settings)),
      ...(open ? [openSessionWire(session, settings)] : []),
    ];
  });
  if (listed.length === 0 && settings.noMatchIs404) throw new EtpayRefusal(404, 'No payment found');
  return { status: 200, body: listed };
}

/** Every given key must fit. */
function matchingSessions(
  { ledger }: MerchantServices,
  account: Account,
  request: { session_token?: string; merchant_order_id?: string | number; payment_token?: string },
): readonly Session[] {
  const orderId = request.merchant_order_id === undefined ? undefined : String(request.merchant_order_id);
  const named = [
    request.session_token === undefined ? undefined : [ledger.getSession(request.session_token)],
    request.payment_token === undefined ? undefined : [ledger.sessionOfPayment(request.payment_token)],
    orderId === undefined ? undefined : ledger.sessionsOf(account, orderId),
  ].filter((sessions) => sessions !== undefined);
  return (named[0] ?? []).flatMap((session) => {
    if (session === undefined || session.account !== account) return [];
    const inAll = named.every((sessions) => sessions.some((other) => other?.token === session.token));
    return inAll ? [session] : [];
  });
}

function authenticated(
  { accounts }: MerchantServices,
  request: { readonly merchant_api_token: string; readonly merchant_code?: string | undefined },
): Account {
  const account = accounts.ofApiToken(request.merchant_api_token);
  const code = request.merchant_code ?? account?.merchantCode;
  if (account === undefined || account.merchantCode !== code) {
    throw new EtpayRefusal(401, 'merchant_code or merchant_api_token is wrong');
  }
  return account;
}

/** Bank codes are documented in lower case and found in capitals too. */
function knownBank(account: Account, code: string | undefined): string | undefined {
  const bank = code?.toLowerCase();
  if (bank !== undefined && !Object.hasOwn(countryOf(account.merchantCode).banks, bank)) {
    throw new EtpayRefusal(400, `user_bank_code: there is no bank ${bank} for this merchant`);
  }
  return bank;
}
