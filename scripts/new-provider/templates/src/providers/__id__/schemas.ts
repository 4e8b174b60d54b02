import { z } from 'zod';
import { notWritten } from './not-written';

/** An id goes into a path, so it must not be able to leave it. */
export const paymentIdSchema = z.string().regex(/^[\w-]{1,64}$/);

/** A payment as $Name$ tells it, in our terms; null: not told. */
export interface $Pascal$Payment {
  id: string;
  /** As received. */
  state: string | null;
  /** ISO 4217 minor units. */
  amount: number | null;
  currency: string | null;
  /** Our reference. */
  reference: string | null;
  //: hosted-page reserve-and-capture
  /** Where the payer pays. */
  url: string | null;
  //: form
  /** What the form is opened with. */
  sessionKey: string | null;
  //: all
}

/** The payment object (docs/providers/$id$.md §2). */
export const paymentSchema = z
  .looseObject({})
  .transform((wire): $Pascal$Payment =>
    notWritten(
      'paymentSchema',
      'the fields of the payment object, which of them may be absent, docs/providers/$id$.md §2',
      wire,
    ),
  );
