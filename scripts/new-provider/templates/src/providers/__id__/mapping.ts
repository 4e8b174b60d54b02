//: hosted-page
import type { Finding, Opening } from '../../domain/provider-answer';
//: form reserve-and-capture
import type { Finding, Opening, Taking } from '../../domain/provider-answer';
import { declinedBy, notSent, reasonOf, succeededWith } from '../answers';
import { ProviderError } from '../provider-error';
//: all
import { notWritten } from './not-written';
import type { $Pascal$Payment } from './schemas';

/** What was asked of $Name$. Amount in ISO 4217 minor units. */
export interface Asked {
  reference: string;
  amount: number;
  currency: string;
}

/**
 //: hosted-page reserve-and-capture
 * The answer to a create: the page that the payer is sent to. One that is for something else than was asked is
 //: form
 * The answer to a create: the form that the payer fills in. One that is for something else than was asked is
 //: all
 * `unknown`: it is not shown to anybody.
 */
export function openingOf(payment: $Pascal$Payment, asked: Asked): Opening {
  return notWritten(
    'openingOf',
    'what the answer to a create means, docs/providers/$id$.md §3.1',
    payment,
    asked,
  );
}

/**
 * What a payment that was read means (docs/providers/$id$.md §2). A state that is not mapped is `unclear`, never an end.
 * Amount, currency and reference are told as they are: who asked compares them.
 */
export function findingOf(payment: $Pascal$Payment): Finding {
  return notWritten(
    'findingOf',
    'what each state means: open, authorized, paid, ended, or else unclear, docs/providers/$id$.md §2',
    payment,
  );
}
//: form reserve-and-capture

/**
 * The answer to the call that takes the money. One that is about another payment, or leaves it where it was, decides nothing.
 *
 * @param settledAfter when a lost call can no longer be carried out (RFC 3339)
 */
export function takingOf(payment: $Pascal$Payment, reference: string, settledAfter: string): Taking {
  if (payment.reference !== null && payment.reference !== reference)
    return { outcome: 'unknown', detail: 'the answer is about another payment', settledAfter };
  const finding = findingOf(payment);
  switch (finding.state) {
    case 'paid':
      return succeededWith(finding);
    case 'ended':
      return declinedBy(finding);
    default:
      return { outcome: 'unknown', detail: `the answer shows it ${finding.state}`, settledAfter };
  }
}

/**
 * What a call that was to take the money came to without its answer. Whatever does not prove that nothing was begun is
 * `unknown` (docs/providers/$id$.md §6).
 */
export function takingWithout(error: unknown, settledAfter: string): Taking {
  if (error instanceof ProviderError) {
    const { kind, message, providerCode } = error;
    if (kind === 'not_sent') return notSent(message);
    if (kind === 'declined') return declinedBy({ end: 'failed', code: 'declined', message, providerCode });
  }
  return { outcome: 'unknown', detail: reasonOf(error), settledAfter };
}
//: all
