import { proxyActivities } from '@temporalio/workflow';
import type { $Pascal$Activities } from '../../providers/$id$/activities';
import type { Payment, PaymentRequest } from '../../domain/payment';
import { runPayment } from '../payment/run';
import { callsTo } from '../payment/provider-calls';
import type { ProviderPort } from '../payment/provider-port';

//: form reserve-and-capture
/** [assumed] How long a call that was lost may still be carried out: docs/providers/$id$.md §6 has to say. */
const SETTLES_WITHIN_MS = 24 * 60 * 60_000;

const { READ, TAKE } = callsTo('$id$');
//: hosted-page
const { READ } = callsTo('$id$');
//: all
const { $camel$CreatePayment } = proxyActivities<$Pascal$Activities>({
  ...READ,
  //: hosted-page reserve-and-capture
  summary: 'ask for a payment page',
  //: form
  summary: 'ask for a form',
  //: all
});
const { $camel$GetPayment } = proxyActivities<$Pascal$Activities>({ ...READ, summary: 'ask $Name$' });
//: form reserve-and-capture
const { $camel$CapturePayment } = proxyActivities<$Pascal$Activities>({ ...TAKE, summary: 'capture' });
//: reserve-and-capture
const { $camel$VoidPayment } = proxyActivities<$Pascal$Activities>({ ...READ, summary: 'void' });
//: all

/** The careful answers, for what docs/providers/$id$.md does not say yet. */
export const $camel$Port: ProviderPort = {
  lookUp: $camel$GetPayment,
  //: hosted-page
  // §3: whether it can be told to stop.
  stop: 'impossible',
  settlesWithinMs: 0,
  //: form
  // Nothing can be paid before we take it: until then our own word is certain.
  stop: 'our_word',
  settlesWithinMs: SETTLES_WITHIN_MS,
  //: reserve-and-capture
  stop: $camel$VoidPayment,
  // The payer's agreement reserves the money: nothing ends while some is held.
  reserves: true,
  settlesWithinMs: SETTLES_WITHIN_MS,
  //: all
  takesAgain: false,
  // §2: whether an end is strictly final.
  endsAreFinal: false,
};

//: hosted-page
/** A payment on $Name$'s hosted page (docs/providers/$id$.md §1). */
//: form
/** A payment by $Name$'s form on our checkout page (docs/providers/$id$.md §1). */
//: reserve-and-capture
/** A payment on $Name$'s hosted page, which reserves the money; then we take it (docs/providers/$id$.md §1). */
//: all
export function $camel$(request: PaymentRequest): Promise<Payment> {
  const { expiresAt, urls } = request;
  return runPayment(request, $camel$Port, async (payment) => {
    //: hosted-page form
    await payment.open((call) =>
      $camel$CreatePayment({ ...call, expiresAt, webhookUrl: urls.webhook, returnUrl: urls.return }),
    );
    //: reserve-and-capture
    await payment.open((call) => $camel$CreatePayment({ ...call, expiresAt, returnUrl: urls.return }));
    //: hosted-page
    await payment.untilPaid();
    //: form
    const { paymentToken = '', clientIp = '', userAgent = '' } = await payment.untilConfirmed();
    const payer = { paymentToken, clientIp, userAgent };
    await payment.capture((call) =>
      $camel$CapturePayment({ ...call, ...payer, settlesWithinMs: SETTLES_WITHIN_MS }),
    );
    //: reserve-and-capture
    await payment.untilAuthorized();
    await payment.capture((call) => $camel$CapturePayment({ ...call, settlesWithinMs: SETTLES_WITHIN_MS }));
    //: all
  });
}
