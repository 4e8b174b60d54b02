import type { Payment, PaymentRequest } from '../../domain/payment';
import type { ProviderCall, SeenRefund } from '../../domain/provider-answer';
import type { PaymentPrivate } from '../../contract/workflow';
import type { PaymentInbox } from './inbox';
import type { LongHistoryAlarm } from './long-history';
import type { LookUpPlan } from './look-up-plan';
import type { ProviderPort } from './provider-port';
import type { PaymentRecord } from './record';

/** What a payment is doing: always exactly one of these. Each is a file of this folder. */
type Stage =
  /** It is being made known to the provider. */
  | 'opening'
  /** The payer has a step to take. */
  | 'awaiting_payer'
  /** The backend has to confirm. */
  | 'awaiting_backend'
  /** The payer has agreed, and the money is being taken. */
  | 'capturing'
  /** It is being cancelled, or its time is up. */
  | 'stopping'
  /** It has ended or is under review: only late truth or a person changes it. */
  | 'watching'
  /** A person decided to give the money back, and that is being done. */
  | 'refunding';

/** What is known of the payment before this workflow began. */
export interface Known {
  payment: Payment;
  private: PaymentPrivate;
}

/** What all stages of one payment share. */
export interface PaymentState {
  readonly request: PaymentRequest;
  readonly port: ProviderPort;
  readonly record: PaymentRecord;
  readonly inbox: PaymentInbox;
  readonly lookUps: LookUpPlan;
  readonly longHistory: LongHistoryAlarm;
  /** Until then (epoch ms) the payer may agree. */
  readonly expiresAt: number;
  /** Beyond this (epoch ms) a payer who agreed in time is no longer charged: the backend has given the order up. */
  readonly captureUntil: number;
  stage: Stage;
  /** Whether a call that takes money may have reached the provider. */
  captureSent: boolean;
  /** Whether a call that was to make the payment known, and may have taken the money, never reported back. */
  openingLost: boolean;
  /** Until then (epoch ms) the provider may still carry out a call of unknown end, whatever it says now. */
  unsettledUntil: number;
  /** How many answers in a row meant nothing to us, while money was being taken or the payment was being stopped. */
  unclearAnswers: number;
  /** Whether the provider may hold something of the payer's: reserved money, or a message that he can still act on. */
  mayHold: boolean;
  /** Whether nothing that the provider could still say would change the end. */
  endIsCertain: boolean;
  /** Refunds that the provider's dashboard made. */
  seenRefunds: SeenRefund[] | undefined;
}

/** What every call to the provider is told of the payment. */
export function callOf({ request, record, captureSent, openingLost }: PaymentState): ProviderCall {
  const { id, connection, amount, currency, description } = request;
  return {
    paymentId: id,
    connection,
    providerReference: record.payment.providerReference,
    amount,
    currency,
    description,
    attempt: 1,
    takingSent: captureSent,
    ...(openingLost && { openingLost }),
  };
}
