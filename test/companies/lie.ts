import type { Payment, ReviewReason } from '../../src/domain/payment';
import type { Refund } from '../../src/domain/refund';

/** An answer that says something else than the truth, and what it must come to. */
export interface Lie {
  /** Merged into the true answer. */
  body: unknown;
  /** Headers of the answer instead of its own. */
  headers?: Record<string, string>;
  /** How often it is told; for as long as the payment lasts when absent. */
  times?: number;
  end: LieEnd;
}

export type LieEnd =
  /** A person decides, for this reason; the money that the provider really took. */
  | { review: ReviewReason; charges: 0 | 1 }
  /** No news about the payment, which is noted: the status that it has afterwards. */
  | { unclear: Payment['status'] }
  /** What is given back, where the lie is about that. */
  | { refund: Refund['status'] }
  /** Without effect, and why. */
  | { harmless: string };

/** By the call whose answer lies, and what it lies about. */
export type Lies = Partial<Record<'open' | 'read' | 'take' | 'stop' | 'refund', Record<string, Lie>>>;
