import type { z } from 'zod';
import type { CreatePayment } from '../contract/http';
import type { ConfirmInput } from '../contract/workflow';
import type { Capabilities } from '../domain/capabilities';
import type { Customer, ProviderId } from '../domain/payment';
import type { PaymentStatus } from '../domain/status';
import type { CallbackReader } from './callback';

/**
 * What a provider is made of as the API and the settings see it. The worker has a door of its own: the activities.
 *
 * @typeParam Settings of one account
 * @typeParam Kept the part of an account's settings that the API keeps
 */
export interface Provider<Settings = unknown, Kept = unknown> {
  id: ProviderId;
  /** The company behind it, where several ids have the same. Absent: it is called as the id. */
  company?: string;
  capabilities: Capabilities;
  /** Settings of one account; further ones come from the file that HOLDFAST_CONNECTIONS names. */
  settings: z.ZodType<Settings>;
  /** The account `default`. Absent: the environment describes no account under this id. */
  environment?: EnvironmentAccount;
  /** Accounts of another id that serve this one too. Absent: every account is named under this id. */
  sharedAccounts?: SharedAccounts<Settings>;
  /** The address at which an account is called: tells the sandbox on this machine from a company. */
  addressOf(settings: Settings): string;
  /**
   * What the API keeps of an account: what callbacks are checked with and what the checkout page loads; nothing that can move
   * money.
   */
  keep(settings: Settings): Kept;
  /** `providerOptions` of a payment. Absent: it takes none, and any is refused. */
  options?: z.ZodType<Record<string, unknown>>;
  /** Fields of `customer` that it cannot do without. Absent: it needs none. */
  requiredCustomer?: readonly (keyof Customer)[];
  /** Why it cannot take a request that is right as to its schemas. Absent: it has no rules besides schemas and capabilities. */
  objectionsTo?(request: CreatePayment, account: Kept): readonly Objection[];
  /** What the body of `…/confirm` must be. Absent: the general schema; the payment itself then refuses to be confirmed. */
  confirmation?: z.ZodType<ConfirmInput>;
  /**
   * Why refunds are not offered, in words for people, or null. Absent: they are offered.
   * @param account absent when it is not configured any more
   */
  refundsNotOffered?(account: Kept | undefined): string | null;
  callbacks: CallbackReader<Kept>;
  /** What the payer fills in on our checkout page while `nextAction` is `dropin`. Absent: there is nothing to fill in. */
  checkoutForm?: CheckoutForm<Kept>;
  /** What the payer reads there in a status. Absent, or without that status: the words of the page. */
  checkoutSayings?: Readonly<Partial<Record<PaymentStatus, string>>>;
}

/** The account that variables of the environment describe. */
interface EnvironmentAccount {
  /** Names of the variables, and which setting each holds. */
  variables: Readonly<Record<string, string>>;
  /** Values of the variables for the account of development, which the sandbox at this address (no slash at its end) knows. */
  atSandbox(sandboxUrl: string): Readonly<Record<string, string>>;
}

/** How accounts that are named under another id serve a provider too. A name never means two accounts. */
interface SharedAccounts<Settings> {
  /** The id that they are named under. */
  with: ProviderId;
  /** The account as this provider's; null when it does not serve it. */
  from(settings: unknown): Settings | null;
  /** What to do about a name that stands under both ids. */
  fix(name: string): string;
}

/** Why a provider does not take a request. */
export interface Objection {
  /** Path of the field: `description`, `customer.phone`. */
  path: string;
  /** For people. */
  message: string;
  /** 422, where it is about what the provider cannot take at all. Absent: 400 `invalid_request`. */
  code?: 'unsupported_currency' | 'unsupported_amount' | 'unsupported_expiry';
}

/** A provider's form on our checkout page, drawn by a script of its own. */
interface CheckoutForm<Kept> {
  /** Address of the provider's script. The page lets scripts and frames come from its origin, and from no other. */
  scriptUrl(account: Kept): string;
  /**
   * Our code for the browser. It mounts the form in the element with `data-session-key` and posts `{paymentToken}` to
   * `data-confirm-url`.
   */
  browserCode: string;
  /** What the payment is confirmed with when the browser has handed the token on. */
  confirmWith(paymentToken: string, payer: { clientIp: string; userAgent: string }): ConfirmInput;
}

/** Says of a provider what it is, and keeps the types of its accounts for those who ask for it by id. */
export function defineProvider<Settings, Kept>(provider: Provider<Settings, Kept>): Provider<Settings, Kept> {
  return provider;
}
