import { proxyActivities } from '@temporalio/workflow';
import type { EtPayActivities } from '../../providers/etpay/activities';
import type { Payment, PaymentRequest } from '../../domain/payment';
import { runPayment } from '../payment/run';
import { callsTo } from '../payment/provider-calls';
import type { ProviderPort } from '../payment/provider-port';

const { READ } = callsTo('etpay');
const { etPayInitializeSession } = proxyActivities<EtPayActivities>({
  ...READ,
  summary: 'ask for a bank page',
});
const { etPayCheckStatus } = proxyActivities<EtPayActivities>({ ...READ, summary: 'ask ETpay' });

export const etPayPort: ProviderPort = {
  lookUp: etPayCheckStatus,
  stop: 'impossible',
  settlesWithinMs: 0,
  takesAgain: false,
  // docs/providers/etpay.md §2: a failure is no proof that no success follows.
  endsAreFinal: false,
};

/** A bank transfer on ETpay's hosted page (docs/providers/etpay.md §1). Signed callbacks are confirmed by a look-up (§4.3). */
export function etpay(request: PaymentRequest): Promise<Payment> {
  const { urls, customer, providerOptions } = request;
  return runPayment(request, etPayPort, async (payment) => {
    await payment.open((call) =>
      etPayInitializeSession({
        ...call,
        webhookUrl: urls.webhook,
        returnUrl: urls.return,
        options: providerOptions,
        ...(customer?.email && { customerEmail: customer.email }),
        ...(customer?.phone && { customerPhone: customer.phone }),
      }),
    );
    await payment.untilPaid();
  });
}
