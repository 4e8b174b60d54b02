import type { SandboxClock } from '../clock';
import type { JsonObject } from '../exact-json';
import type { Notification } from '../webhook-delivery';
import type { Account } from './accounts';
import type { Order, Refund } from './order';
import { orderCallback, refundCallback } from './order-wire';
import type { SettingsBook } from './settings';
import { SIGNATURE_SHAPES, signatureHeaders } from './signing';

interface CallbackServices {
  readonly clock: SandboxClock;
  readonly settings: SettingsBook;
}

/** The callback that tells an order's state; without an address there is none. */
export function orderNotification(services: CallbackServices, order: Order): Notification {
  const { account, outTradeNo, tradeToken } = order;
  return {
    ...signedNotification(services, account, orderCallback(order, services.clock.now())),
    facts: { subject: tradeToken, reference: outTradeNo, clientId: account.appId },
    url: order.notifyUrl ?? account.notifyUrl,
    label: order.status,
  };
}

/** The callback that tells a refund's end; its subject is the merchant's refund number. */
export function refundNotification(services: CallbackServices, refund: Refund): Notification {
  const { account, outTradeNo } = refund.order;
  return {
    ...signedNotification(services, account, refundCallback(refund, services.clock.now())),
    facts: { subject: refund.outRefundNo, reference: outTradeNo, clientId: account.appId },
    url: refund.notifyUrl ?? account.refundNotifyUrl,
    label: refund.status,
  };
}

function signedNotification(services: CallbackServices, account: Account, body: JsonObject) {
  const { callbackRetryGapsMs, callbackTimeoutMs } = services.settings.of(account.appId);
  return {
    bodies: Object.fromEntries(SIGNATURE_SHAPES.map((shape) => [shape, body])),
    defaultShape: 'signed',
    sign: (text: string, shape: string) => signatureHeaders(text, account.platformPrivateKey, shape),
    acknowledges: isAcknowledgement,
    answerTimeoutMs: callbackTimeoutMs,
    retry: { times: callbackRetryGapsMs.length, delayMs: callbackRetryGapsMs },
  };
}

/** Only `{"code": "SUCCESS"}` counts as received (docs/providers/payermax.md §5.1). */
function isAcknowledgement(text: string): boolean {
  try {
    return (JSON.parse(text) as { code?: unknown } | null)?.code === 'SUCCESS';
  } catch {
    return false;
  }
}
