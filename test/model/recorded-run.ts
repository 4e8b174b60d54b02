/**
 * What was seen from outside while payments ran: nothing in here comes from Holdfast's own code, so that a judge of it
 * cannot share its mistakes. Times are epoch milliseconds, amounts integer minor units.
 */
export interface RecordedRun {
  payments: RecordedPayment[];
}

/** One idempotency key, and all that was seen of it. */
export interface RecordedPayment {
  key: string;
  /** Null when no create was ever answered. */
  id: string | null;
  provider: string;
  asked: { amount: number; currency: string };
  /** Every answer of the API that came back, in the order of their coming. */
  answers: RecordedAnswer[];
  /** Every try at the backend's address, in the order of their coming. */
  deliveries: RecordedDelivery[];
  /** How the payment and its refunds read when everything was quiet; null when the API knows no such payment. */
  final: { payment: SeenPayment; refunds: SeenRefund[] } | null;
  /** What the provider did. */
  ledger: RecordedLedger;
  /** What the provider was asked, in the order of the asking; absent where nobody kept that. */
  calls?: RecordedCall[];
  /**
   * Whether the backend wants events: `none` when the API had no address for them, `gone` when the backend has answered 410.
   * `expected` when absent.
   */
  events?: 'expected' | 'none' | 'gone';
}

export interface RecordedAnswer {
  call:
    | 'create'
    | 'read'
    | 'confirm'
    | 'cancel'
    | 'recheck'
    | 'resolve'
    | 'refund'
    | 'read_refunds'
    | 'resolve_refund';
  sentAt: number;
  answeredAt: number;
  /** HTTP status; 0 when no answer came: then nobody knows whether the call had an effect. */
  status: number;
  /** The problem's code, where it was refused. */
  code?: string;
  /** Whether the API said that it is the first answer again. */
  replayed?: boolean;
  payment?: SeenPayment;
  refund?: SeenRefund;
  refunds?: SeenRefund[];
  /** Of a refund call: its idempotency key and what it asked for; null: all that was left. */
  refundKey?: string;
  refundAmount?: number | null;
  /** Of a resolve_refund call: which refund. */
  refundId?: string;
  /** Of a resolve or resolve_refund call. */
  decision?: 'succeeded' | 'failed' | 'refund';
}

export interface RecordedDelivery {
  at: number;
  webhookId: string;
  /** Whether the backend answered 2xx. */
  taken: boolean;
  type: string;
  /** When the fact happened, as the event says. */
  timestamp: string;
  payment?: SeenPayment;
  refund?: SeenRefund;
}

export interface RecordedLedger {
  /** Money that the provider took from the payer. */
  charges: { amount: number; currency: string; at: number }[];
  /** Money that it gave back, whoever asked for it. */
  refunds: { amount: number; currency: string; at: number; byDashboard?: boolean }[];
  /** Money that the payer reserved by agreeing, until it is taken or released; absent where agreeing reserves nothing. */
  reserved?: { amount: number; currency: string; at: number; over?: 'taken' | 'released' }[];
}

/** A call about the payment, as the provider received it. */
export interface RecordedCall {
  /** To move money, or only how it stands. */
  about: 'charge' | 'refund' | 'state';
  /** What the provider knows it by: the same call again has the same. */
  reference: string;
  at: number;
  /** Whether the provider did what was asked. */
  done: boolean;
  /** Whether its answer went out, and can be read. */
  answered: boolean;
}

/** The fields of a payment that the rules are about, as the API shows them. */
export interface SeenPayment {
  id: string;
  provider: string;
  status: string;
  amount: number;
  amountReceived: number;
  amountRefunded: number;
  currency: string;
  failure: { code: string; message: string } | null;
  review: { reason: string; detail: string } | null;
  updatedAt: string;
}

export interface SeenRefund {
  id: string;
  status: string;
  amount: number;
  currency: string;
}
