import { COLLECT_GRACE_MS } from '../../domain/look-up-schedule';
import type { PaymentRequest } from '../../domain/payment';
import { handleMessages } from './handlers';
import { PaymentInbox } from './inbox';
import { LongHistoryAlarm } from './long-history';
import { LookUpPlan } from './look-up-plan';
import type { ProviderPort } from './provider-port';
import { PaymentRecord } from './record';
import type { Known, PaymentState } from './state';

/** A payment at its beginning, which takes messages from now on. */
export function beginPayment(request: PaymentRequest, port: ProviderPort, known?: Known): PaymentState {
  const record = new PaymentRecord(request, known);
  const inbox = new PaymentInbox(record);
  const expiresAt = Date.parse(request.expiresAt);
  const state: PaymentState = {
    request,
    port,
    record,
    inbox,
    lookUps: new LookUpPlan(record, inbox, Date.parse(request.createdAt), expiresAt),
    longHistory: new LongHistoryAlarm(),
    expiresAt,
    captureUntil: expiresAt + COLLECT_GRACE_MS,
    stage: known ? 'watching' : 'opening',
    captureSent: false,
    openingLost: false,
    unsettledUntil: 0,
    unclearAnswers: 0,
    mayHold: false,
    endIsCertain: false,
    seenRefunds: undefined,
  };
  handleMessages(state);
  return state;
}
