import type { ConfirmInput } from '../../src/contract/workflow';
import type { NewPayment, Payments } from '../../src/client';
import type { Payment, ProviderId } from '../../src/domain/payment';
import type { PaymentStatus } from '../../src/domain/status';
import type { Refunding, Story } from '../chaos/planned-payment';
import type { Company, World } from '../simulation/companies/company';
import type { Act } from '../simulation/schedule';
import type { Lies } from './lie';

/** A control route of the sandbox, such as `POST /pomelo/payments/<reference>/approve`. */
export type Control = <T = unknown>(method: string, path: string, body?: unknown) => Promise<T>;

/** Where a provider's payers act: the sandbox's control, and the backend. */
export interface Stage {
  control: Control;
  api: Payments;
}

/** How long a suite can wait for what takes minutes in truth. */
export interface Waits {
  /** Until a call is given up. */
  callTimeoutMs: number;
  /** Until what was sent and not answered is dead at the company. */
  lifeMs: number;
  /** How much longer we go on believing in it. */
  marginMs: number;
}

/**
 * Everything that conformance, simulation and chaos have to be told about one provider: one value in the file of its id.
 * What the provider can do at all is not repeated here: that are its capabilities.
 */
export interface ProviderUnderTest {
  provider: ProviderId;
  /** The company that it belongs to, as the sandbox's routes name it. DropPay has two providers. */
  company: string;
  /** Settings of its account, by the variables that hold them. Absent: its account is that of the company's other provider. */
  variables?: Readonly<Record<string, string>>;
  /**
   * What the account and the sandbox's settings (POST /<company>/settings) say of facts that no suite can wait for,
   * shortened alike at both. Absent: there are none, or the company's other provider has them.
   */
  shortened?: (waits: Waits) => { account: Record<string, unknown>; sandbox: Record<string, unknown> };
  /** A payment as conformance asks for it. Simulation takes its currency from it, chaos amount, currency and customer. */
  order: Omit<NewPayment, 'provider' | 'reference' | 'description'>;
  /** What an order that is to be declined says besides. Absent: the payer declines, or nobody can. */
  declinedOrder?: Partial<NewPayment>;
  /**
   * The sandbox's names of the calls. Absent: no call takes the money (`take`), tells the company to stop (`stop`),
   * gives money back (`refund`).
   */
  calls: { open: string; read: string; take?: string; stop?: string; refund?: string };
  /** The call that asks how a refund stands. Absent: it cannot be asked, and a doubt about a refund is for a person. */
  readRefund?: string;
  /** Further calls that Holdfast makes of it. */
  callsBesides: readonly string[];
  /**
   * How the sandbox tells the opening call of one payment from others', where that call does not say our reference: the
   * reference is the customer's id then. Absent: it says it.
   */
  openMatch?: (reference: string) => Record<string, string>;
  /** Whether the taking call reads before it takes, and a paid payment is read by nothing else. Absent: it does not. */
  takingReads?: true;
  /** What the backend sends along when it confirms. Absent: nothing, or nothing is confirmed. */
  confirmInput?: (payment: Payment, control: Control) => Promise<ConfirmInput>;
  /** Everything that payer and backend do so that it is paid. */
  pay: (stage: Stage, payment: Payment) => Promise<void>;
  conformance: ConformanceData;
  simulation: SimulationData;
  chaos: ChaosData;
}

/** What test/conformance needs besides: every absent act has its case in `skips`, with the reason. */
interface ConformanceData {
  /** What the payer does so that it is declined. Absent: nothing beside `declinedOrder`. */
  decline?: (stage: Stage, payment: Payment) => Promise<void>;
  /** The provider itself lets it run out. Absent: it says nothing then, so that only our own clock tells. */
  expire?: (stage: Stage, payment: Payment) => Promise<void>;
  /** What an order that is to run out says besides. Absent: nothing. */
  expiringOrder?: Partial<NewPayment>;
  /** Pays after the payment has ended. Absent: that cannot be. */
  payLate?: (stage: Stage, payment: Payment) => Promise<void>;
  /** Answers that say something else than the truth, by the call that gives them. */
  lies: Lies;
  /** Whether a taking call that never arrived is found out within a test's time. */
  settlesSoon: boolean;
  /**
   * An answer of 2xx to the taking call that cannot be read means paid, by the provider's own word: only a person settles
   * it. Absent: it means nothing.
   */
  unreadableMeansPaid?: true;
  /** Why a case does not apply. Absent: all do. */
  skips?: Partial<Record<Case, string>>;
}

/** Cases of conformance that a provider may not have. */
export type Case =
  | 'declined'
  | 'expired'
  | 'time up'
  | 'cancelled'
  | 'refunded'
  | 'webhook lost'
  | 'webhook five times'
  | 'webhooks reordered'
  | 'webhook before the create answer'
  | 'webhook forged'
  | 'webhook replayed from another payment'
  | 'webhook after the end'
  | 'paid after the end';

/** What test/simulation needs besides. */
interface SimulationData {
  /** The company in memory: what its activities answer, and its books. */
  company: new (world: World) => Company;
  /** What payer and backend have to do for the money to be taken at all, in this order. */
  usual: readonly Act[];
  /** How long its payments may be paid, in seconds. Absent: a minute to an hour. */
  expiresInSeconds?: { min: number; max: number };
  /** Whether a callback can only be checked with what the answer to the opening held. Absent: it can be at any time. */
  callbacksNeedSecrets?: true;
}

/** What test/chaos needs besides. */
interface ChaosData {
  /** Which stories it can tell within minutes, and how often. */
  stories: Readonly<Partial<Record<Story, number>>>;
  /** How paid payments are given back, and how often. Absent: not by a call. */
  refunding?: Readonly<Partial<Record<Refunding, number>>>;
  /** How long its payments may be paid, in seconds. Absent: as long as they are by default, and nobody walks away. */
  expiresInSeconds?: { walkedAway: number; others: number };
  /** The page on which its payers act. Absent: the payer does nothing there, and the backend confirms. */
  page?: PayerPage;
  /** Whether a payer who was refused always comes back, so that it is found out before the expiry. Absent: as others do. */
  refusedComesBack?: true;
  /** How it says that it is busy. Absent: 429 with Retry-After. */
  busy?: { status: number; body: Record<string, unknown> };
  /** Calls whose loss leaves a doubt that outlasts any run: no fault keeps them from having an effect. Absent: none. */
  losesForLong?: readonly string[];
  /**
   * Whether a payment that nobody was charged for has not ended because only time is wanting, longer than a run: by its
   * status and those that the books show. Absent: no doubt lasts.
   */
  onlyTimeIsWanting?: (status: PaymentStatus | undefined, inBooks: readonly string[]) => boolean;
  /** What its books say of a refund that moved money. Absent: they hold none. */
  refundDone?: string;
  /** What the sandbox is told for the run (POST /<company>/settings). Absent: nothing. */
  sandboxSettings?: Record<string, unknown>;
}

/** The sandbox's routes of what the payer is shown. */
interface PayerPage {
  /** @param url where the payer was sent */
  path: (payment: Payment, url: string) => string;
  /** The verbs below `path`. */
  approve: string;
  refuse: string;
}
