import { z } from 'zod';

/** What a merchant of the default account is handed. */
export const SANDBOX_CREDENTIALS = { appId: 'sandbox-app', apiKey: 'sandbox-api-key' } as const;

/** An account as control takes it: one application of one merchant. */
export const accountSchema = z.strictObject({
  /** Also called client_id and deviceId. */
  appId: z.string().min(1),
  apiKey: z.string().min(1),
  tradingName: z.string().min(1).default('Sandbox Shop Ltd'),
  /** ISO 4217 codes; really normally one (docs/providers/pomelo.md §5). */
  currencies: z
    .array(z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'))
    .min(1)
    .default(['GBP', 'EUR']),
  providers: z.array(z.string().min(1)).min(1).default(['card', 'sandbox-wallet']),
  /** The company-wide address, and webhook apps if there are more: each gets every webhook. */
  webhookUrls: z.array(z.string()).max(10).default([]),
});

export type Account = z.infer<typeof accountSchema>;

/** All merchants of the stand-in. */
export class Accounts {
  private readonly byAppId = new Map<string, Account>();

  /** @param registeredWebhook the address for webhooks of the default account */
  constructor(private readonly registeredWebhook?: string) {
    this.reset();
  }

  list(): readonly Account[] {
    return [...this.byAppId.values()];
  }

  /** The name of the field that is already taken, or null when the account was added. */
  add(account: Account): string | null {
    if (this.byAppId.has(account.appId)) return 'appId';
    if (this.findByKey(account.apiKey) !== undefined) return 'apiKey';
    this.byAppId.set(account.appId, account);
    return null;
  }

  /** Throws when there is no such account. */
  get(appId: string): Account {
    const account = this.find(appId);
    if (account === undefined) throw new Error(`There is no account ${appId}`);
    return account;
  }

  find(appId: string): Account | undefined {
    return this.byAppId.get(appId);
  }

  findByKey(apiKey: string | undefined): Account | undefined {
    return this.list().find((account) => account.apiKey === apiKey);
  }

  /** Replaces the company-wide addresses. */
  setWebhookUrls(account: Account, webhookUrls: string[]): Account {
    const changed = { ...account, webhookUrls };
    this.byAppId.set(account.appId, changed);
    return changed;
  }

  reset(): void {
    this.byAppId.clear();
    const webhookUrls = this.registeredWebhook === undefined ? [] : [this.registeredWebhook];
    this.add(accountSchema.parse({ ...SANDBOX_CREDENTIALS, webhookUrls }));
  }
}

/** What control shows of an account: no key, and of the addresses only how many. */
export function accountSummary({ appId, tradingName, currencies, providers, webhookUrls }: Account) {
  return { appId, tradingName, currencies, providers, webhookUrls: webhookUrls.length };
}
