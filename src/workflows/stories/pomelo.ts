import { proxyActivities } from '@temporalio/workflow';
import type { PomeloActivities } from '../../providers/pomelo/activities';
import type { Payment, PaymentRequest } from '../../domain/payment';
import { runPayment } from '../payment/run';
import { callsTo } from '../payment/provider-calls';
import type { ProviderPort } from '../payment/provider-port';

const { READ } = callsTo('pomelo');
const { pomeloCreateTransaction } = proxyActivities<PomeloActivities>({
  ...READ,
  summary: 'ask for a payment page',
});
const { pomeloGetTransaction } = proxyActivities<PomeloActivities>({ ...READ, summary: 'ask Pomelo' });

export const pomeloPort: ProviderPort = {
  lookUp: (call, { expiresAt }) => pomeloGetTransaction({ ...call, expiresAt }),
  stop: 'impossible',
  settlesWithinMs: 0,
  takesAgain: false,
  // docs/providers/pomelo.md §2: whether an end is strictly final is unknown.
  endsAreFinal: false,
  // §3.5: refunds are made at the dashboard.
};

/** A payment on Pomelo's hosted page (docs/providers/pomelo.md §1). Its webhooks are hints: only a read counts (§4.4). */
export function pomelo(request: PaymentRequest): Promise<Payment> {
  const { expiresAt, urls } = request;
  let tries = 0;
  return runPayment(request, pomeloPort, async (payment) => {
    await payment.open((call) =>
      pomeloCreateTransaction({
        ...call,
        expiresAt,
        webhookUrl: urls.webhook,
        returnUrl: urls.return,
        triedBefore: tries++ > 0,
      }),
    );
    await payment.untilPaid();
  });
}
