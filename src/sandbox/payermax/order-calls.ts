import type { z } from 'zod';
import type { CallFacts } from '../call-facts';
import type { CallAnswer, CompanyCall, IncomingCall } from '../call-serving';
import type { Json } from '../exact-json';
import type { Account } from './accounts';
import { checkCountry, checkCurrency, checkedAmount } from './amounts';
import { minorOf } from './currencies';
import type { PaymentToken } from './dropin-sessions';
import { textAt } from './envelope';
import { accepted, PayerMaxRefusal, refused } from './errors';
import { gatewayCall, type GatewayServices } from './gateway-services';
import { newNumber } from './identifiers';
import type { Order } from './order';
import type { Failure } from './order-desk';
import { payAnswerData, queryAnswerData } from './order-wire';
import { checkedParams, closeSchema, paySchema, querySchema, sessionSchema } from './requests';
import { OUTCOMES, type Outcome, type Settings } from './settings';

const [SHORTEST_LIFE_S, LONGEST_LIFE_S] = [1_800, 86_400];

/** Sessions and orders (docs/providers/payermax.md §3.1, §3.3, §3.4, §3.7). */
export function orderCalls(services: GatewayServices): readonly CompanyCall[] {
  const aboutOrder = (call: IncomingCall, account: Account | undefined): CallFacts => {
    const reference = textAt(call, 'data', 'outTradeNo');
    const order = account && services.ledger.orderByNumber(account, reference ?? '');
    return { reference, subject: order?.tradeToken };
  };
  // A session knows no order yet: it is known by the merchant's words for the buyer.
  const aboutBuyer = (call: IncomingCall): CallFacts => ({
    reference: textAt(call, 'data', 'referralCode'),
    subject: textAt(call, 'data', 'userId'),
  });
  return [
    gatewayCall(services, 'applyDropinSession', aboutBuyer, (account, data) =>
      openSession(services, account, data),
    ),
    gatewayCall(services, 'orderAndPay', aboutOrder, (account, data) => pay(services, account, data)),
    gatewayCall(services, 'orderQuery', aboutOrder, (account, data) => query(services, account, data)),
    gatewayCall(services, 'orderClose', aboutOrder, (account, data) => close(services, account, data)),
  ];
}

function openSession(services: GatewayServices, account: Account, data: Json): CallAnswer {
  const request = checkedParams(data, sessionSchema);
  checkCurrency(request.currency);
  checkCountry(request.country);
  const session = services.sessions.open({
    account,
    userId: request.userId,
    currency: request.currency,
    country: request.country,
    amountMinor: sessionAmount(request),
    tokenForFutureUse: request.tokenForFutureUse ?? false,
  });
  const unsupported = (request.componentList ?? []).filter((each) => !account.components.includes(each));
  return accepted({
    clientKey: session.clientKey,
    sessionKey: session.sessionKey,
    notSupportedComponent: unsupported,
  });
}

/** Absent = nothing to compare with; zero only with `mitType` (§3.1). */
function sessionAmount(request: z.infer<typeof sessionSchema>): number | undefined {
  const { totalAmount, currency, mitType } = request;
  if (totalAmount === undefined) return undefined;
  return mitType !== undefined && minorOf(totalAmount, currency) === 0
    ? 0
    : checkedAmount(totalAmount, currency);
}

function pay(services: GatewayServices, account: Account, data: Json): CallAnswer {
  const request = checkedParams(data, paySchema);
  const earlier = services.ledger.orderByNumber(account, request.outTradeNo);
  if (earlier !== undefined) return repeatAnswer(services, earlier);
  const amountMinor = checkedAmount(request.totalAmount, request.currency);
  checkCountry(request.country);
  const { sessionKey, paymentToken } = request.paymentDetail;
  const token = services.sessions.payable(account, sessionKey, paymentToken);
  checkAgainstSession(request, amountMinor, token);

  const settings = services.settings.of(account.appId);
  const outcome = outcomeOf(settings, request.subject);
  services.sessions.spend(token);
  const order = services.desk.open(
    newOrder(services, account, request, { amountMinor, token, threeDs: outcome === '3DS' }),
  );
  return services.ledger.keepFirstAnswer(order.tradeToken, played(services, order, outcome, settings));
}

/** A session binds amount, currency, country and buyer (§2, §12 no. 2); the codes but the first are assumed. */
function checkAgainstSession(
  request: z.infer<typeof paySchema>,
  amountMinor: number,
  { session, card }: PaymentToken,
): void {
  if (session.currency !== request.currency) {
    throw new PayerMaxRefusal('CURRENCY_INVALID', 'The session is for another currency');
  }
  if (session.amountMinor !== undefined && session.amountMinor !== amountMinor) {
    throw new PayerMaxRefusal('AMOUNT_INVALID', 'The session is for another amount');
  }
  if (session.country !== request.country) {
    throw new PayerMaxRefusal('COUNTRY_INVALID', 'The session is for another country');
  }
  if (session.userId !== request.userId) {
    throw new PayerMaxRefusal('PARAMS_INVALID', 'userId: the session is for another buyer');
  }
  const agreed = session.tokenForFutureUse && card.agreementAccepted;
  if (request.paymentDetail.tokenForFutureUse === true && !agreed) {
    throw new PayerMaxRefusal(
      'PARAMS_INVALID',
      'paymentDetail.tokenForFutureUse: the session did not ask for it, or the buyer did not agree',
    );
  }
}

/** `subject` steers the result; any text but the four words succeeds (§11). */
function outcomeOf(settings: Settings, subject: string): Outcome {
  if (settings.outcome !== 'by_subject') return settings.outcome;
  return OUTCOMES.find((outcome) => outcome === subject) ?? 'SUCCESS';
}

function newOrder(
  services: GatewayServices,
  account: Account,
  request: z.infer<typeof paySchema>,
  facts: { amountMinor: number; token: PaymentToken; threeDs: boolean },
): Order {
  const createdMs = services.clock.now();
  // Outside the bounds it is moved to them, not refused (§8).
  const askedS = request.expireTime === undefined ? SHORTEST_LIFE_S : Number(request.expireTime);
  const lifeS = Math.min(Math.max(askedS, SHORTEST_LIFE_S), LONGEST_LIFE_S);
  return {
    tradeToken: newNumber('T', createdMs),
    account,
    outTradeNo: request.outTradeNo,
    subject: request.subject,
    amountMinor: facts.amountMinor,
    currency: request.currency,
    country: request.country,
    userId: request.userId,
    card: facts.token.card,
    status: 'PENDING',
    failure: undefined,
    createdMs,
    closesMs: createdMs + lifeS * 1000,
    completedMs: undefined,
    threeDs: facts.threeDs,
    merchantReference: request.reference,
    frontCallbackUrl: request.frontCallbackUrl,
    notifyUrl: request.notifyUrl,
  };
}

/** Lets the order come to what it was steered to, at once or later, and answers. */
function played(services: GatewayServices, order: Order, outcome: Outcome, settings: Settings): CallAnswer {
  if (outcome === 'PENDING' || outcome === '3DS') return payAnswer(services, order);
  const failure: Failure | undefined =
    outcome === 'FAILED' ? { code: settings.failureCode, msg: 'The payment failed.' } : undefined;
  if (settings.settleDelayMs > 0) {
    services.desk.endLater(order, settings.settleDelayMs, outcome, failure);
    return payAnswer(services, order);
  }
  const ended = services.desk.end(order, outcome, failure);
  const answer =
    failure !== undefined && settings.failureAnswer === 'code'
      ? refused(failure.code, failure.msg)
      : payAnswer(services, ended);
  return { ...answer, notifications: [services.desk.orderNotification(ended)] };
}

function payAnswer(services: GatewayServices, order: Order): CallAnswer {
  return accepted(payAnswerData(order, services.publicUrl()));
}

/** Never charges again (§12 no. 4). */
function repeatAnswer(services: GatewayServices, order: Order): CallAnswer {
  switch (services.settings.of(order.account.appId).repeatAnswer) {
    case 'order_repeat':
      return refused('ORDER_REPEAT', 'The order already exists.', payAnswerData(order, services.publicUrl()));
    case 'order_repeat_without_data':
      return refused('ORDER_REPEAT', 'The order already exists.');
    case 'first_answer': {
      const { notifications: _told, ...first } =
        services.ledger.firstAnswer(order.tradeToken) ?? payAnswer(services, order);
      return first;
    }
  }
}

function query(services: GatewayServices, account: Account, data: Json): CallAnswer {
  const order = services.ledger.orderByNumber(account, checkedParams(data, querySchema).outTradeNo);
  const { queryDelayMs } = services.settings.of(account.appId);
  if (order === undefined || services.clock.now() < order.createdMs + queryDelayMs) throw noSuchOrder();
  return accepted(queryAnswerData(order));
}

/** What it answers for an order that has ended is invented: its status, unchanged. */
function close(services: GatewayServices, account: Account, data: Json): CallAnswer {
  const order = services.ledger.orderByNumber(account, checkedParams(data, closeSchema).outTradeNo);
  if (order === undefined) throw noSuchOrder();
  const isOpen = order.status === 'PENDING';
  const closed = isOpen
    ? services.desk.end(order, 'CLOSED', { code: 'ORDER_CLOSED', msg: 'Closed by the merchant.' })
    : order;
  const closedMs = closed.status === 'CLOSED' ? closed.completedMs : undefined;
  const answer = accepted({
    outTradeNo: closed.outTradeNo,
    closedTime: closedMs === undefined ? undefined : new Date(closedMs).toISOString(),
    status: closed.status,
  });
  return isOpen ? { ...answer, notifications: [services.desk.orderNotification(closed)] } : answer;
}

function noSuchOrder(): PayerMaxRefusal {
  return new PayerMaxRefusal('ORDER_NOT_EXIST', 'The order does not exist.');
}
