import { proxyActivities } from '@temporalio/workflow';
import type { $Pascal$Activities } from '../../providers/$id$/activities';
import type { Payment, PaymentRequest } from '../../domain/payment';
import { runPayment } from '../payment';
import { callsTo } from '../provider-calls';
import type { ProviderPort } from '../provider-port';

const { READ } = callsTo('$id$');
const { $camel$CreatePayment } = proxyActivities<$Pascal$Activities>({
  ...READ,
  summary: 'ask for a payment page',
});
const { $camel$GetPayment } = proxyActivities<$Pascal$Activities>({ ...READ, summary: 'ask $Name$' });

/** The careful answers, for what docs/providers/$id$.md does not say yet. */
export const $camel$Port: ProviderPort = {
  lookUp: $camel$GetPayment,
  // §3: whether it can be told to stop.
  stop: 'impossible',
  settlesWithinMs: 0,
  takesAgain: false,
  // §2: whether an end is strictly final.
  endsAreFinal: false,
  // §3: whether it gives money back by a call.
  refunds: { rule: 'none' },
};

/** A payment on $Name$'s hosted page (docs/providers/$id$.md §1). */
export function $camel$(request: PaymentRequest): Promise<Payment> {
  const { expiresAt, urls } = request;
  return runPayment(request, $camel$Port, async (payment) => {
    await payment.open((call) =>
      $camel$CreatePayment({ ...call, expiresAt, webhookUrl: urls.webhook, returnUrl: urls.return }),
    );
    await payment.untilPaid();
  });
}
