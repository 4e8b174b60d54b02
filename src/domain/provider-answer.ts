import type { FailureCode, NextAction } from './payment';

/** What was taken or may be taken, as the provider says it. Amount in ISO 4217 minor units. */
export interface ProviderMoney {
  amount: number;
  currency: string;
  /** Our own reference as the provider repeats it; null when this answer has no such field. */
  reference: string | null;
  /** The provider's id of the charge itself, where a refund needs it. */
  chargeReference?: string;
  /** What has been given back at the provider, as far as this answer tells. */
  refunds?: SeenRefund[];
}

/** A refund as the provider shows it, whoever asked for it. */
export interface SeenRefund {
  /** Stable name of this refund at the provider. */
  providerReference: string;
  status: 'processing' | 'succeeded';
  /** Minor units; null when the provider does not say how much. */
  amount: number | null;
}

/** How a payment ended at the provider without money being taken. */
export interface ProviderEnd {
  end: 'failed' | 'expired' | 'cancelled';
  code: FailureCode;
  message: string;
  providerCode?: string;
}

/**
 * What a provider says about a payment when it is read. Every provider's states are mapped onto these six and nothing
 * else; what cannot be mapped is `unclear` and is never acted upon.
 */
export type Finding =
  /** Nothing taken; the payer (or the backend) can still act. */
  | { state: 'open' }
  /** The payer agreed and nothing has been taken yet: we may take it. */
  | ({ state: 'authorized' } & ProviderMoney)
  /** The money was taken. */
  | ({ state: 'paid' } & ProviderMoney)
  /** It ended there, and nothing was taken. */
  | ({ state: 'ended' } & ProviderEnd)
  /** The provider knows no such payment. */
  | { state: 'absent' }
  | { state: 'unclear'; detail: string };

/** Answer to the call that makes a payment known to the provider. It moves no money. */
export type Opening =
  | {
      outcome: 'opened';
      providerReference: string;
      nextAction: NextAction;
      /** What callbacks of this payment are checked with. Kept encrypted, never shown. */
      callbackSecrets?: Record<string, string>;
    }
  | ({ outcome: 'refused' } & ProviderEnd)
  /** It may exist there, and we cannot tell, or cannot use it. */
  | { outcome: 'unknown'; detail: string; providerReference?: string };

/**
 * Answer to the one call that takes the money. Only `not_sent` may be tried again without asking the provider first.
 */
export type Taking =
  | ({ outcome: 'succeeded' } & ProviderMoney)
  /** The provider has it and has not decided. */
  | { outcome: 'pending'; nextAction?: NextAction }
  | ({ outcome: 'declined' } & ProviderEnd)
  /** It certainly never reached the provider, or the provider said "not now" before doing anything. */
  | { outcome: 'not_sent'; detail: string; retryAfterMs?: number }
  /**
   * It was sent and its answer is missing or unreadable. Once `settledAfter` (RFC 3339) has passed, a look-up that still
   * shows nothing taken proves that nothing will be.
   */
  | { outcome: 'unknown'; detail: string; settledAfter: string };

/** What every provider call needs to know about the payment. */
export interface ProviderCall {
  paymentId: string;
  connection: string;
  /** The provider's own id; null until the payment is open there. */
  providerReference: string | null;
  amount: number;
  currency: string;
  description: string;
  /** 1 for the first; more only where the provider needs a new number for a new try. */
  attempt: number;
  /** Whether a call that takes money may have reached the provider: then only its explicit word counts as "not taken". */
  takingSent: boolean;
  /** Whether a call that was to make the payment known, and may take money where it does, never reported back. */
  openingLost?: boolean;
}

/** Why a payment is stopped: somebody cancels it, or its time is up. */
export type StopReason = 'cancelled' | 'expired';

/** What the call that stops a payment needs to know. */
export interface StopCall extends ProviderCall {
  why: StopReason;
}

/** What a refund call needs to know. Amounts in minor units. */
export interface RefundCall {
  paymentId: string;
  /** Our number of this refund: `referenceAtProvider` of its id. */
  refundReference: string;
  connection: string;
  providerReference: string;
  /** The provider's id of the charge, where it gave one. */
  chargeReference: string | null;
  amount: number;
  currency: string;
  reason: string | null;
  /** The provider's id of this refund, once it gave one. */
  providerRefundReference: string | null;
}

/** Answer to the call that gives money back. Only `not_sent` may be tried again without asking the provider first. */
export type Refunding =
  | { outcome: 'succeeded'; providerRefundReference?: string }
  | { outcome: 'pending'; providerRefundReference?: string }
  | { outcome: 'declined'; message: string; providerCode?: string }
  | { outcome: 'not_sent'; detail: string }
  | { outcome: 'unknown'; detail: string };

/** What a provider says about one refund when it is asked. */
export type RefundFinding =
  | { state: 'pending' }
  | { state: 'succeeded'; amount: number; currency: string }
  | { state: 'failed'; message: string; providerCode?: string }
  | { state: 'absent' }
  | { state: 'unclear'; detail: string };

/** A callback, as the webhook bridge hands it to the payment's workflow. */
export interface ProviderEvent {
  /** Same for every delivery of the same fact. */
  id: string;
  receivedAt: string;
  /** What it says, for people. Holds no personal data and no secret. */
  statement: string;
  /** Only when the provider's own signature proves it; a hint carries none and merely causes a look-up. */
  proven?: Finding;
  /** Our number of the refund that this is about, when it is about one. */
  refundReference?: string;
}
