import type { CallFacts } from '../call-facts';
import type { CallAnswer, CompanyCall, IncomingCall } from '../call-serving';
import type { JsonObject } from '../exact-json';
import type { Account } from './accounts';
import { answerRefusals, ERRORS, PomeloRefusal } from './errors';
import { newTransactionId } from './identifiers';
import {
  checkedBody,
  checkLimits,
  pageOf,
  textField,
  v1Request,
  v2Request,
  type CommonRequest,
} from './requests';
import { bodySignature } from './signing';
import { isPayable, wrongState, type Transaction } from './transaction';
import type { DeskServices, TransactionDesk } from './transaction-desk';
import { transactionWire } from './transaction-wire';
import { companyId } from './webhook-bodies';

export interface ApiServices extends DeskServices {
  readonly desk: TransactionDesk;
  readonly allowLoopbackHttp: boolean;
}

export const CALL_NAMES = ['create', 'read', 'list', 'cancel', 'me'] as const;
export type CallName = (typeof CALL_NAMES)[number];

/** The calls under `/public`; all need the bare API key (docs/providers/pomelo.md §1, §3). */
export function apiCalls(services: ApiServices) {
  const { accounts, ledger, settings } = services;
  const callerOf = (call: IncomingCall): Account | undefined => accounts.findByKey(call.authorization);
  const apiCall = (
    name: CallName,
    describe: (call: IncomingCall) => CallFacts,
    apply: (account: Account, call: IncomingCall) => CallAnswer,
  ): CompanyCall => ({
    name,
    describe: (call) => ({ clientId: callerOf(call)?.appId, ...describe(call) }),
    apply: (call) => {
      const caller = callerOf(call);
      const { omitErrorCodes: omitCodes } = settings.of(caller?.appId);
      return answerRefusals(() => apply(authenticated(caller), call), { omitCodes });
    },
  });
  const byId = (call: IncomingCall): Transaction | undefined => ledger.get(call.params.id ?? '');
  const aboutId = (call: IncomingCall): CallFacts => {
    const found = byId(call);
    return { subject: found?.id, reference: found?.localId };
  };
  const byLocalId = (call: IncomingCall): CallFacts => ({ reference: textField(call, 'localId') });

  return {
    createV1: apiCall('create', byLocalId, (account, call) => createV1(services, account, call)),
    createV2: apiCall('create', byLocalId, (account, call) => createV2(services, account, call)),
    read: apiCall('read', aboutId, (account, call) => ({
      status: 200,
      body: wire(services, owned(byId(call), account)),
    })),
    cancel: apiCall('cancel', aboutId, (account, call) => cancel(services, account, byId(call))),
    list: apiCall(
      'list',
      () => ({}),
      (account, call) => list(services, account, call),
    ),
    me: apiCall(
      'me',
      () => ({}),
      (account) => me(services, account),
    ),
  };
}

/** What no route serves: the gateway's answer, without a code (docs/providers/pomelo.md §3.6). */
export const unrecognisedCall: CompanyCall = {
  name: 'unrecognised',
  describe: () => ({}),
  apply: () => answerRefusals(() => forbid(), { omitCodes: false }),
};

function createV1(services: ApiServices, account: Account, call: IncomingCall): CallAnswer {
  const request = checkedBody(call, v1Request);
  if (request.deviceId !== account.appId) {
    const status = services.settings.of(account.appId).wrongDeviceIdStatus;
    throw new PomeloRefusal(
      { ...ERRORS.wrongDeviceId, status },
      'deviceId: is not the app id of this API key',
    );
  }
  const expiresMs = checkLimits(request, limitsOf(services, account));
  if (request.signature !== bodySignature(request.signMethod, request, account.apiKey)) {
    throw new PomeloRefusal(ERRORS.invalidSignature, 'signature: does not match');
  }
  return opened(services, {
    ...newTransaction(services, account, request, expiresMs),
    signMethod: request.signMethod,
  });
}

function createV2(services: ApiServices, account: Account, call: IncomingCall): CallAnswer {
  const request = checkedBody(call, v2Request);
  const expiresMs = checkLimits(request, limitsOf(services, account));
  return opened(services, {
    ...newTransaction(services, account, request, expiresMs),
    preAuthorized: request.isPreAuthorization ?? false,
    attemptFailureUrl: request.paymentAttemptFailureUrl,
  });
}

function newTransaction(
  services: ApiServices,
  account: Account,
  request: CommonRequest,
  expiresMs: number,
): Transaction {
  const nowMs = services.clock.now();
  return {
    id: newTransactionId(),
    appId: account.appId,
    signMethod: 'sha1',
    state: 'INITIATED',
    amountMinor: request.amount,
    currency: request.currency,
    localId: request.localId,
    customerReference: request.customerReference,
    provider: request.provider,
    redirectUrl: request.redirectUrl,
    attemptFailureUrl: undefined,
    webhookUrl: request.webhook,
    preAuthorized: false,
    createdMs: nowMs,
    updatedMs: nowMs,
    expiresMs,
    declinedAttempts: 0,
    confirming: false,
    refundedMinor: 0,
    history: [{ state: 'INITIATED', atMs: nowMs, trigger: 'API' }],
  };
}

function limitsOf(services: ApiServices, { appId, currencies, providers }: Account) {
  const { defaultLifeMs, refuseExpiryBeyond90Days } = services.settings.of(appId);
  const { allowLoopbackHttp, clock } = services;
  return {
    currencies,
    providers,
    nowMs: clock.now(),
    defaultLifeMs,
    refuseExpiryBeyond90Days,
    allowLoopbackHttp,
  };
}

function opened(services: ApiServices, transaction: Transaction): CallAnswer {
  const { createdWebhooks, createStatus } = services.settings.of(transaction.appId);
  const open = services.desk.open(transaction);
  return {
    status: createStatus,
    body: wire(services, open),
    notifications: createdWebhooks ? services.desk.notifications(open) : [],
  };
}

function cancel(services: ApiServices, account: Account, found: Transaction | undefined): CallAnswer {
  if (!services.settings.of(account.appId).cancelCall) forbid();
  const transaction = owned(found, account);
  if (!isPayable(transaction)) throw wrongState(transaction);
  const cancelled = services.desk.move(transaction, 'CANCELLED', 'API');
  return {
    status: 200,
    body: wire(services, cancelled),
    notifications: services.desk.notifications(cancelled),
  };
}

function list(services: ApiServices, account: Account, call: IncomingCall): CallAnswer {
  const { listPageSize, listOldestFirst, listCountAsText } = services.settings.of(account.appId);
  const oldestFirst = services.ledger.ofAccount(account.appId);
  const ordered = listOldestFirst ? oldestFirst : [...oldestFirst].reverse();
  const skipped = (pageOf(call) - 1) * listPageSize;
  return {
    status: 200,
    body: {
      count: listCountAsText ? String(ordered.length) : ordered.length,
      items: ordered.slice(skipped, skipped + listPageSize).map((each) => wire(services, each)),
    },
  };
}

function me(services: ApiServices, account: Account): CallAnswer {
  const company = {
    id: companyId(account),
    tradingName: account.tradingName,
    enabledCurrencies: account.currencies,
    paymentProviders: account.providers.map((value) => ({ value })),
  };
  return { status: 200, body: services.settings.of(account.appId).meAsArray ? [company] : company };
}

function wire(services: ApiServices, transaction: Transaction): JsonObject {
  return transactionWire(transaction, services.publicUrl(), services.settings.of(transaction.appId));
}

function authenticated(caller: Account | undefined): Account {
  if (caller === undefined) throw new PomeloRefusal(ERRORS.unauthorized, 'Unauthorized');
  return caller;
}

function owned(transaction: Transaction | undefined, account: Account): Transaction {
  if (transaction === undefined || transaction.appId !== account.appId) {
    throw new PomeloRefusal(ERRORS.notFound, 'Transaction not found');
  }
  return transaction;
}

function forbid(): never {
  throw new PomeloRefusal(ERRORS.forbidden, 'Forbidden');
}
