import { referenceAtProvider } from '../../../src/domain/payment';
import type { Finding, ProviderCall, RefundCall } from '../../../src/domain/provider-answer';
import type { RecordedLedger } from '../../model/recorded-run';
import type { CallKind, Fault, Schedule } from '../schedule';
import type { ActivityError } from '../temporal-failures';
import type { ActivityEnd } from '../activity-calls';
import type { Agenda, Dice } from '../virtual-time';

/** A callback of a company, before anything happens to it on its way. */
export interface Callback {
  id: string;
  statement: string;
  /** What the company signs, where it does. */
  proven?: Finding;
  refundReference?: string;
}

/** What every company stands in. */
export interface World {
  agenda: Agenda;
  dice: Dice;
  schedule: Schedule;
  /** Plans something that may be news to the payment. */
  later(delayMs: number, run: () => void): void;
  /** Sends a callback on its way. */
  callBack(callback: Callback): void;
}

/** One call that an activity makes, and what it meets. */
export interface Call {
  args: unknown[];
  fault: Fault;
  attempt: number;
}

export interface Activity {
  kind: CallKind;
  run: (call: Call) => Promise<ActivityEnd>;
}

export type PayerAct = 'approve' | 'decline' | 'withdraw';
export type DashboardAct = 'dashboard_refund' | 'dashboard_refund_turned_down';

/** What a call that moves money says when its answer is missing, and how late it may still be carried out. */
interface Write {
  missing: () => object;
  notSent: object;
  latestMs: number;
}

/** A payment company as its documents describe it, in memory. Its ledger is what really happened to the money. */
export abstract class Company {
  readonly ledger: RecordedLedger = { charges: [], refunds: [] };
  abstract readonly activities: Readonly<Record<string, Activity>>;

  constructor(protected readonly world: World) {}

  /** @param reference what the payer was shown: the provider's id of the payment */
  abstract payer(act: PayerAct, reference: string): void;

  /** Refunds at the company's own dashboard, where it has one. */
  dashboard(_act: DashboardAct): void {
    // Most have none that we can see.
  }

  protected get now(): number {
    return this.world.agenda.now;
  }

  /** Takes money from the payer. */
  protected charge(amount: number, currency: string): void {
    this.ledger.charges.push({ amount, currency, at: this.now });
  }

  protected giveBack(amount: number, currency: string, byDashboard = false): void {
    this.ledger.refunds.push({ amount, currency, at: this.now, ...(byDashboard && { byDashboard }) });
  }

  /** A read, or anything else that may be repeated. `act` is what the call does before it answers. */
  protected async ask(fault: Fault, act: () => void, answer: () => object): Promise<ActivityEnd> {
    await this.travel();
    if (fault === 'unavailable' || fault === 'not_sent') return failure(fault);
    if (fault === 'rate_limited') return failure(fault, 1_000 * (1 + this.world.dice.roll(20)));
    if (EFFECTS[fault] === 'now') act();
    if (fault.startsWith('dies')) return { lost: true };
    if (fault.startsWith('lost')) return failure('unavailable');
    if (fault === 'unclear') return { result: UNCLEAR };
    await this.travel();
    return { result: fault === 'lying_amount' ? lie(answer()) : answer() };
  }

  /** A call that changes nothing at the company. */
  protected reply(fault: Fault, answer: () => object): Promise<ActivityEnd> {
    return this.ask(fault, () => undefined, answer);
  }

  /** A call that moves money, and is never rejected. `carryOut` does it, and answers. */
  protected async write(fault: Fault, carryOut: () => object, write: Write): Promise<ActivityEnd> {
    await this.travel();
    const { dice, agenda } = this.world;
    if (fault === 'unavailable' || fault === 'not_sent') return { result: write.notSent };
    if (fault === 'rate_limited')
      return { result: { ...write.notSent, retryAfterMs: 1_000 * (1 + dice.roll(30)) } };
    const missing = write.missing();
    const effect = EFFECTS[fault];
    if (effect === 'late') this.world.later(1 + dice.roll(write.latestMs), () => void carryOut());
    const answer = effect === 'now' ? carryOut() : missing;
    if (fault.startsWith('dies')) return { lost: true };
    if (answer === missing || fault.startsWith('lost') || fault === 'unclear') {
      await agenda.pause(10_000);
      return { result: missing };
    }
    await this.travel();
    return { result: fault === 'lying_amount' ? lie(answer) : answer };
  }

  private travel(): Promise<void> {
    return this.world.agenda.pause(5 + this.world.dice.roll(200));
  }
}

/** When a call that meets a fault has its effect. */
const EFFECTS: Readonly<Record<Fault, 'now' | 'late' | 'never'>> = {
  ok: 'now',
  refused: 'now',
  lying_amount: 'now',
  unclear: 'now',
  lost_with_effect: 'now',
  dies_with_effect: 'now',
  lost_with_late_effect: 'late',
  dies_with_late_effect: 'late',
  lost_without_effect: 'never',
  dies_without_effect: 'never',
  unavailable: 'never',
  rate_limited: 'never',
  not_sent: 'never',
};

const UNCLEAR = { state: 'unclear', detail: 'an answer that cannot be read' };

function lie(honest: object): object {
  return 'amount' in honest ? { ...honest, amount: Number(honest.amount) + 1 } : honest;
}

function failure(type: string, retryAfterMs?: number): { error: ActivityError } {
  const message = `the company is ${type}`;
  return { error: { type, message, retryable: true, ...(retryAfterMs && { retryAfterMs }) } };
}

/** The first argument of every provider call. */
export function callOf({ args }: Call): ProviderCall {
  return args[0] as ProviderCall;
}

export function refundCallOf({ args }: Call): RefundCall {
  return args[0] as RefundCall;
}

export function referenceOf({ paymentId }: ProviderCall): string {
  return referenceAtProvider(paymentId);
}

export const REFUSED = {
  outcome: 'refused',
  end: 'failed',
  code: 'provider_refused_request',
  message: 'the company refuses the request',
} as const;

/** The answer to opening that cannot be used. */
export const UNUSABLE = { outcome: 'unknown', detail: 'an answer that cannot be read' } as const;

/** A page on which the payer pays. */
export interface Page {
  id: string;
  reference: string;
  amount: number;
  currency: string;
}

/** The answer to opening one. */
export function openedPage({ id }: Page): object {
  return {
    outcome: 'opened',
    providerReference: id,
    nextAction: { type: 'redirect', url: `https://pay.example/${id}` },
  };
}
