import { proxyActivities } from '@temporalio/workflow';
import type { PayerMaxActivities } from '../../providers/payermax/activities';
import type { Payment, PaymentRequest } from '../../domain/payment';
import type { ProviderCall } from '../../domain/provider-answer';
import { runPayment } from '../payment/run';
import { callsTo } from '../payment/provider-calls';
import type { ProviderPort } from '../payment/provider-port';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** docs/providers/payermax.md §8: what the payer has left to do is done within this, the shortest that PayerMax takes. */
const ORDER_EXPIRES_SECONDS = 1_800;

const { READ, TAKE } = callsTo('payermax');
const { payerMaxApplySession } = proxyActivities<PayerMaxActivities>({
  ...READ,
  summary: 'ask for a card form',
});
const { payerMaxOrderAndPay } = proxyActivities<PayerMaxActivities>({ ...TAKE, summary: 'order and pay' });
const { payerMaxOrderQuery } = proxyActivities<PayerMaxActivities>({ ...READ, summary: 'ask PayerMax' });
const { payerMaxRefund } = proxyActivities<PayerMaxActivities>({ ...TAKE, summary: 'refund' });
const { payerMaxRefundQuery } = proxyActivities<PayerMaxActivities>({
  ...READ,
  summary: 'ask about the refund',
});

export const payerMaxPort: ProviderPort = {
  lookUp: payerMaxOrderQuery,
  // Nothing can be paid before we order: until then our own word is certain.
  stop: 'our_word',
  // §8: two minutes to arrive, the order's life, and a margin.
  settlesWithinMs: 2 * MINUTE + ORDER_EXPIRES_SECONDS * SECOND + 10 * MINUTE,
  takesAgain: false,
  // docs/providers/payermax.md §2: whether a failure can turn into a success is unknown.
  endsAreFinal: false,
  refunds: {
    send: payerMaxRefund,
    lookUp: payerMaxRefundQuery,
  },
};

/** A card payment by PayerMax's Drop-in form: session, form in the browser, order and pay, perhaps 3-D Secure (docs/providers/payermax.md §1). */
export function payerMax(request: PaymentRequest): Promise<Payment> {
  const payer = { country: request.customer?.country ?? '', userId: request.customer?.id ?? '' };
  return runPayment(request, payerMaxPort, async (payment) => {
    const { componentList } = request.providerOptions as { componentList?: string[] };
    const session = await payment.open((call) =>
      payerMaxApplySession({ ...call, ...payer, ...(componentList && { componentList }) }),
    );
    const { paymentToken = '', clientIp = '', userAgent = '' } = await payment.untilConfirmed();
    await payment.capture((call: ProviderCall) =>
      payerMaxOrderAndPay({
        ...call,
        ...payer,
        paymentToken,
        clientIp,
        userAgent,
        sessionKey: session.type === 'dropin' ? session.sessionKey : '',
        returnUrl: request.urls.return,
        webhookUrl: request.urls.webhook,
        expireTimeSeconds: ORDER_EXPIRES_SECONDS,
      }),
    );
  });
}
