import {
  createPayerMaxActivities,
  type PayerMaxActivities,
} from '../../../src/providers/payermax/activities';
import type { ProviderCall, RefundCall } from '../../../src/domain/provider-answer';
import type { GatewayServer } from './gateway-server';
import { settingsFor } from './vectors';
import { PATIENT } from '../../support/patience';

export const PAYMENT_TOKEN = 'ptok_5d1e';
export const ORDER_NO = 'pay1001';
const WEBHOOK_URL = 'https://pay.example/webhooks/payermax/pay_1001/x';

const CALL: ProviderCall = {
  paymentId: 'pay_1001',
  connection: 'default',
  providerReference: ORDER_NO,
  amount: 1999,
  currency: 'USD',
  description: 'Order 1001',
  attempt: 1,
  takingSent: false,
};

const REFUND_CALL: RefundCall = {
  paymentId: 'pay_1001',
  refundReference: 're1001',
  connection: 'default',
  providerReference: ORDER_NO,
  chargeReference: 'T1',
  amount: 500,
  currency: 'USD',
  reason: 'one item returned',
  providerRefundReference: null,
};

/** The activities, speaking to a server of the test. */
export class PayerMaxRig {
  private readonly activities: PayerMaxActivities;

  constructor(gateway: Pick<GatewayServer, 'url'>, settings: Record<string, unknown> = {}) {
    this.activities = createPayerMaxActivities({
      default: settingsFor(gateway.url, { ...PATIENT, ...settings }),
    });
  }

  applySession(change: Partial<Parameters<PayerMaxActivities['payerMaxApplySession']>[0]> = {}) {
    const call = { ...CALL, providerReference: null, country: 'US', userId: 'buyer_42', ...change };
    return this.activities.payerMaxApplySession(call);
  }

  orderAndPay(change: Partial<Parameters<PayerMaxActivities['payerMaxOrderAndPay']>[0]> = {}) {
    return this.activities.payerMaxOrderAndPay({
      ...CALL,
      takingSent: true,
      paymentToken: PAYMENT_TOKEN,
      sessionKey: 'sk_11aa',
      clientIp: '203.0.113.7',
      userAgent: 'Mozilla/5.0',
      country: 'US',
      userId: 'buyer_42',
      returnUrl: 'https://pay.example/return/pay_1001/x',
      webhookUrl: WEBHOOK_URL,
      expireTimeSeconds: 1_800,
      ...change,
    });
  }

  orderQuery(change: Partial<ProviderCall> = {}) {
    return this.activities.payerMaxOrderQuery({ ...CALL, ...change });
  }

  refund(change: Partial<RefundCall> = {}) {
    return this.activities.payerMaxRefund({ ...REFUND_CALL, webhookUrl: WEBHOOK_URL, ...change });
  }

  refundQuery(change: Partial<RefundCall> = {}) {
    return this.activities.payerMaxRefundQuery({ ...REFUND_CALL, ...change });
  }
}
