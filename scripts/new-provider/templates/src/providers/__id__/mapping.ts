import type { Finding, Opening } from '../../domain/provider-answer';
import { notWritten } from './not-written';
import type { $Pascal$Payment } from './schemas';

/** What was asked of $Name$. Amount in ISO 4217 minor units. */
export interface Asked {
  reference: string;
  amount: number;
  currency: string;
}

/**
 * The answer to a create: the page that the payer is sent to. One that is for something else than was asked is
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
