import type { ProviderId } from '../../src/domain/payment';

/** What a call at a company meets. `dies`: the worker that made it; `lost`: only its answer. The rest is when it has its effect. */
export type Fault =
  | 'ok'
  | 'unavailable'
  | 'rate_limited'
  | 'not_sent'
  | 'refused'
  | 'unclear'
  | 'lying_amount'
  | 'lost_without_effect'
  | 'lost_with_effect'
  | 'lost_with_late_effect'
  | 'dies_without_effect'
  | 'dies_with_effect'
  | 'dies_with_late_effect';

/** What calls have faults of their own. */
export type CallKind = 'open' | 'read' | 'stop' | 'take' | 'refund' | 'read_refund' | 'tell' | 'hand_over';

/** What becomes of one callback on its way. */
export type CallbackFate = 'ok' | 'at_once' | 'lost' | 'twice' | 'late' | 'lying_amount';

export type Decision = 'succeeded' | 'failed' | 'refund';

/** Something that somebody does from outside, at its time. */
export type Act =
  | { do: 'create'; answerLost: boolean }
  | { do: 'approve' | 'decline' | 'withdraw' }
  | { do: 'come_back' | 'stray_callback' }
  | { do: 'confirm' | 'cancel' | 'recheck' | 'read' | 'read_refunds' | 'cancel_in_ui' }
  | { do: 'refund'; key: number; amount: number | null; answerLost: boolean }
  | { do: 'resolve'; decision: Decision }
  | { do: 'resolve_refund'; decision: 'succeeded' | 'failed' }
  | { do: 'dashboard_refund' | 'dashboard_refund_turned_down' };

/** Seconds from the start, and for how many. */
export interface Outage {
  /** `calls`: only activities wait. Of workers. */
  what?: 'all' | 'calls';
  from: number;
  seconds: number;
}

/** One payment's story from outside: everything that chance decides. Plain JSON. */
export interface Schedule {
  provider: ProviderId;
  /** Minor units. */
  amount: number;
  expiresInSeconds: number;
  /** Of small things: delays of some milliseconds. */
  seed: number;
  /** `at`: seconds from the start. */
  acts: { at: number; act: Act }[];
  /** By kind of call, in their order; afterwards all is well. */
  faults: Partial<Record<CallKind, Fault[]>>;
  callbacks: CallbackFate[];
  /** How the payer's bank decides about what takes a while. */
  bank: 'at_once' | 'slowly' | 'asks_payer' | 'declines';
  /** Whether the company itself turns a repeated charge away. The promise must hold where it does not. */
  guardsRepeats: boolean;
  workersDown: Outage[];
  temporalDown: Outage[];
  backendDown: Outage[];
  /** Before which workflow tasks a workflow is built anew from its history. */
  replayBefore: number[];
  continueAsNewAt: number[];
  /** An update that waits for a worker is lost when its caller gives up. */
  forgetsUpdates: boolean;
  /** What a person decides, one after the other, about what needs a review when all is quiet. */
  person: Decision[];
}
