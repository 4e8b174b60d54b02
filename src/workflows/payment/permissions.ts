import type { ResolveInput } from '../../contract/workflow';
import { isEnd } from '../../domain/status';
import type { PaymentState } from './state';

/** Why a request is refused: its code is the API's. */
export interface Refusal {
  code: 'not_cancellable' | 'not_confirmable' | 'not_refundable' | 'nothing_to_resolve' | 'invalid_request';
  message: string;
}

const GIVING_BACK = 'the money is being given back';

/** Why the payment cannot be cancelled now; null when it can. */
export function whyNotCancellable({ record, request, port, captureSent }: PaymentState): Refusal | null {
  const { status } = record;
  const no = (message: string): Refusal => ({ code: 'not_cancellable', message });
  if (isEnd(status)) return no(`the payment has ended (${status})`);
  if (captureSent || status === 'needs_review') return no('money was or may have been taken');
  if (port.stop === 'impossible') {
    return no(`this provider cannot be told to stop: the payment ends at ${request.expiresAt}`);
  }
  return null;
}

/** Why the backend has nothing to confirm now; null when it has. */
export function whyNotConfirmable({ stage, record, request, inbox }: PaymentState): Refusal | null {
  if (stage === 'awaiting_backend' && !inbox.confirmation) return null;
  const message = `a ${request.provider} payment that is ${record.status} has nothing to confirm`;
  return { code: 'not_confirmable', message };
}

/** Why a person's decision cannot be taken now; null when it can. */
export function whyNotResolvable(state: PaymentState, input: ResolveInput | null): Refusal | null {
  const { stage, record, inbox } = state;
  if (!input?.by || !input.note) {
    const message = 'a decision needs `decision`, `note` and `by`, encrypted by us';
    return { code: 'invalid_request', message };
  }
  if (record.status !== 'needs_review') {
    const message = `the payment is ${record.status}, not needs_review`;
    return { code: 'nothing_to_resolve', message };
  }
  if (inbox.refundAsked || stage === 'refunding') return { code: 'nothing_to_resolve', message: GIVING_BACK };
  return input.decision === 'refund' ? whyNotRefundable(state) : null;
}

/** Why nothing can be given back after a review; null when it can. */
function whyNotRefundable({ record, port }: PaymentState): Refusal | null {
  const { amountReceived, amountRefunded, providerReference } = record.payment;
  const possible =
    port.refunds !== undefined && providerReference !== null && amountReceived > amountRefunded;
  if (possible && record.private.refundInDoubt !== true) return null;
  return { code: 'not_refundable', message: 'nothing was received, or this provider has no refunds' };
}

/** Another decision to give the money back came while one is being carried out. */
export const ALREADY_GIVING_BACK: Refusal = { code: 'nothing_to_resolve', message: GIVING_BACK };
