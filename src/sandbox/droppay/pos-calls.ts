import type { z } from 'zod';
import type { CallFacts } from '../call-facts';
import type { CallAnswer, CompanyCall, IncomingCall } from '../call-serving';
import type { SandboxClock } from '../clock';
import type { AccessTokens } from './access-tokens';
import type { Account, Accounts, Device } from './accounts';
import { checkCharge, type Authorization, type Policy } from './authorization';
import type { AuthorizationDesk } from './authorization-desk';
import { authorizationWire, quickStartWire } from './authorization-wire';
import { answerRefusals, DropPayRefusal, ERRORS } from './errors';
import { newPublicId } from './identifiers';
import type { Ledger } from './ledger';
import {
  acquirerDeviceRequest,
  chargeRequest,
  checkedBody,
  confirmRequest,
  dropPayDeviceRequest,
  refundRequest,
  textField,
} from './requests';
import type { SettingsBook } from './settings';
import { euro, timestamp } from './wire-values';

export interface PosServices {
  readonly clock: SandboxClock;
  readonly accounts: Accounts;
  readonly tokens: AccessTokens;
  readonly ledger: Ledger;
  readonly settings: SettingsBook;
  readonly desk: AuthorizationDesk;
  readonly publicUrl: () => string;
}

export type PosCallName = 'create' | 'read' | 'delete' | 'patch' | 'charge' | 'refund';

const POLICIES: readonly Policy[] = ['CHARGED', 'BOOKED', 'CHARGEABLE'];

/** The calls under `/shop/v1/pos`; all need a live access token (docs/providers/droppay.md §3.5–3.7). */
export function posCalls(services: PosServices): Record<PosCallName, CompanyCall> {
  const byId = (call: IncomingCall): Authorization | undefined => services.ledger.get(call.params.id ?? '');
  const byPayToken = (call: IncomingCall): Authorization | undefined =>
    services.ledger.findByPayToken(textField(call, 'pay_token_val') ?? '');
  const byCharge = (call: IncomingCall): Authorization | undefined =>
    services.ledger.get(services.ledger.getCharge(textField(call, 'charge_id') ?? '')?.authorizationId ?? '');

  const posCall = (
    name: PosCallName,
    describe: (call: IncomingCall) => CallFacts,
    apply: (account: Account, call: IncomingCall) => CallAnswer,
  ): CompanyCall => ({
    name,
    describe: (call) => ({ clientId: services.tokens.clientOf(call.authorization), ...describe(call) }),
    apply: (call) => answerRefusals(() => apply(authenticated(services, call), call)),
  });
  const about = (find: (call: IncomingCall) => Authorization | undefined) => (call: IncomingCall) => {
    const found = find(call);
    return { subject: found?.id, reference: found?.reference };
  };

  return {
    create: posCall(
      'create',
      (call) => ({ reference: textField(call, 'merchant_custom_id') }),
      (account, call) => create(services, account, call),
    ),
    read: posCall('read', about(byId), (account, call) =>
      entityAnswer(services, services.desk.read(owned(byId(call), account))),
    ),
    delete: posCall('delete', about(byId), (account, call) =>
      changedAnswer(services, services.desk.move(owned(byId(call), account), 'CANCELLED')),
    ),
    patch: posCall('patch', about(byId), (account, call) =>
      confirm(services, owned(byId(call), account), call),
    ),
    charge: posCall('charge', about(byPayToken), (account, call) => charge(services, account, call)),
    refund: posCall('refund', about(byCharge), (account, call) => refund(services, account, call)),
  };
}

function create(services: PosServices, account: Account, call: IncomingCall): CallAnswer {
  const pos = services.accounts.findPos(textField(call, 'pos_id') ?? '');
  const device = pos?.device ?? 'DROPPAY';
  const request = checkedBody(call, device === 'ACQUIRER' ? acquirerDeviceRequest : dropPayDeviceRequest);
  if (pos === undefined)
    throw new DropPayRefusal(ERRORS.wrongPublicId, `pos_id: there is no ${request.pos_id}`);
  if (pos.account !== account) throw new DropPayRefusal(ERRORS.noAccess, 'The POS belongs to somebody else');
  const { acquirerCreatedGranted, createdWebhooks, quickStartCreateAnswer } = services.settings.of(
    account.clientId,
  );
  const waiting = services.desk.open(newAuthorization(request, account, device, services.clock.now()));
  const grantedAtOnce = device === 'ACQUIRER' && acquirerCreatedGranted;
  const created = grantedAtOnce ? services.desk.move(waiting, 'GRANTED') : waiting;
  const wire = quickStartCreateAnswer ? quickStartWire : authorizationWire;
  return {
    status: 200,
    body: wire(created, services.publicUrl()),
    notifications: grantedAtOnce || createdWebhooks ? [services.desk.notification(created)] : [],
  };
}

type AuthorizationRequest = z.infer<typeof dropPayDeviceRequest> | z.infer<typeof acquirerDeviceRequest>;

function newAuthorization(
  request: AuthorizationRequest,
  account: Account,
  device: Device,
  nowMs: number,
): Authorization {
  const chargeFromMs = request.charge_date_start ?? nowMs;
  if (request.charge_date_end !== undefined && request.charge_date_end <= chargeFromMs) {
    throw new DropPayRefusal(ERRORS.argumentsWrong, 'charge_date_end: must be after charge_date_start');
  }
  return {
    id: newPublicId('CHT'),
    account,
    posId: request.pos_id,
    device,
    policy: policyOf(request.policy, device),
    status: 'WAITING',
    description: request.description,
    chargeCents: request.charge_amount,
    maxCharges: request.charge_max_count ?? 1,
    successfulCharges: 0,
    chargeFromMs,
    chargeUntilMs: request.charge_date_end,
    createdMs: nowMs,
    updatedMs: nowMs,
    reference: request.merchant_custom_id,
    label: request.merchant_custom_label,
    webhookUrl: request.webhooks?.ALL,
    loopbackUri: request.loopback_uri,
    scheme: request.scheme,
    schemeData: request.scheme_data,
    payToken: undefined,
  };
}

/**
 * Absent means CHARGEABLE, and CHARGED on the Acquirer device, which knows no other
 * (docs/providers/droppay.md §2.3).
 */
function policyOf(asked: string | undefined, device: Device): Policy {
  const allowed = device === 'ACQUIRER' ? (['CHARGED'] as const) : POLICIES;
  const policy = asked === undefined ? (device === 'ACQUIRER' ? 'CHARGED' : 'CHARGEABLE') : asked;
  const known = allowed.find((candidate) => candidate === policy);
  if (known === undefined) throw new DropPayRefusal(ERRORS.invalidPolicy, 'Invalid Authorization Policy');
  return known;
}

function confirm(services: PosServices, authorization: Authorization, call: IncomingCall): CallAnswer {
  checkedBody(call, confirmRequest);
  if (authorization.device !== 'ACQUIRER') {
    throw new DropPayRefusal(ERRORS.wrongDevice, 'Only the Acquirer device is confirmed by the merchant');
  }
  return changedAnswer(services, services.desk.move(authorization, 'GRANTED'));
}

function charge(services: PosServices, account: Account, call: IncomingCall): CallAnswer {
  const request = checkedBody(call, chargeRequest);
  const found = services.ledger.findByPayToken(request.pay_token_val);
  if (found === undefined) throw new DropPayRefusal(ERRORS.unknownPayToken, 'Unknown pay token');
  const authorization = owned(found, account);
  const nowMs = services.clock.now();
  checkCharge(authorization, request.pay_token_val, request.amount, nowMs);
  const { chargeId } = services.desk.recordCharge(authorization, request.amount);
  return {
    status: 200,
    body: {
      id: chargeId,
      authorization_id: authorization.id,
      status: 'DONE',
      amount: euro(request.amount),
      description: request.description,
      pay_token_val: request.pay_token_val,
      date_creation: timestamp(nowMs),
    },
  };
}

function refund(services: PosServices, account: Account, call: IncomingCall): CallAnswer {
  const request = checkedBody(call, refundRequest);
  const taken = services.ledger.getCharge(request.charge_id);
  if (taken === undefined)
    throw new DropPayRefusal(ERRORS.wrongPublicId, `charge_id: there is no ${request.charge_id}`);
  owned(services.ledger.get(taken.authorizationId), account);
  if (services.ledger.getRefundOf(taken.id) !== undefined) {
    throw new DropPayRefusal(ERRORS.alreadyRefunded, 'A charge can be refunded only once');
  }
  if (request.amount > taken.amountMinor) {
    throw new DropPayRefusal(ERRORS.argumentsWrong, 'amount: is above the charge');
  }
  const nowMs = services.clock.now();
  const made = {
    id: newPublicId('CHR'),
    chargeId: taken.id,
    authorizationId: taken.authorizationId,
    reference: taken.reference,
    amountMinor: request.amount,
    reason: request.reason ?? null,
    status: services.settings.of(account.clientId).refundStatus,
    at: new Date(nowMs).toISOString(),
  };
  // A refund that FAILED gave nothing back, and does not use up the one refund a charge has.
  if (made.status !== 'FAILED') services.ledger.addRefund(made);
  return {
    status: 200,
    body: {
      id: made.id,
      charge_id: made.chargeId,
      amount: euro(made.amountMinor),
      reason: request.reason,
      date_creation: timestamp(nowMs),
      date_last_update: timestamp(nowMs),
      status: made.status,
    },
  };
}

function entityAnswer(services: PosServices, authorization: Authorization): CallAnswer {
  return { status: 200, body: authorizationWire(authorization, services.publicUrl()) };
}

function changedAnswer(services: PosServices, authorization: Authorization): CallAnswer {
  return {
    ...entityAnswer(services, authorization),
    notifications: [services.desk.notification(authorization)],
  };
}

function authenticated(services: PosServices, call: IncomingCall): Account {
  const account = services.accounts.get(services.tokens.clientOf(call.authorization) ?? '');
  if (account === undefined) throw new DropPayRefusal(ERRORS.badAccessToken, 'Access token bad or expired');
  return account;
}

function owned(authorization: Authorization | undefined, account: Account): Authorization {
  if (authorization === undefined) throw new DropPayRefusal(ERRORS.notFound, 'Resource not found');
  if (authorization.account !== account)
    throw new DropPayRefusal(ERRORS.noAccess, 'No access to the resource');
  return authorization;
}
