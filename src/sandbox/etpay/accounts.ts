import { z } from 'zod';

/** What the merchants of the two default accounts are handed at onboarding. */
export const SANDBOX_CREDENTIALS = {
  merchantCode: 'cl_sandbox',
  merchantApiToken: 'etpay-sandbox-api-token',
} as const;

export const SANDBOX_MEXICO_CREDENTIALS = {
  merchantCode: 'mx_sandbox',
  merchantApiToken: 'etpay-sandbox-mexico-api-token',
} as const;

/** One merchant; the addresses are those registered at onboarding, for sessions that name none. */
export const accountSchema = z.strictObject({
  merchantCode: z.string().regex(/^(cl|mx)_\w+$/, 'must be cl_ or mx_ and letters, digits or underscores'),
  merchantApiToken: z.string().min(1),
  businessName: z.string().min(1).default('Sandbox Shop SpA'),
  completedUrl: z.string().min(1).optional(),
  cancellationUrl: z.string().min(1).optional(),
  webhookUrl: z.string().min(1).optional(),
});

export type Account = z.infer<typeof accountSchema>;

/** All merchants of the stand-in. */
export class Accounts {
  private readonly byCode = new Map<string, Account>();
  private readonly byApiToken = new Map<string, Account>();

  /** @param registeredWebhook the address for webhooks of the default accounts */
  constructor(private readonly registeredWebhook?: string) {
    this.reset();
  }

  list(): readonly Account[] {
    return [...this.byCode.values()];
  }

  /** The name of the field that is already taken, or null when the account was added. */
  add(account: Account): 'merchantCode' | 'merchantApiToken' | null {
    if (this.byCode.has(account.merchantCode)) return 'merchantCode';
    if (this.byApiToken.has(account.merchantApiToken)) return 'merchantApiToken';
    this.byCode.set(account.merchantCode, account);
    this.byApiToken.set(account.merchantApiToken, account);
    return null;
  }

  ofApiToken(merchantApiToken: string): Account | undefined {
    return this.byApiToken.get(merchantApiToken);
  }

  reset(): void {
    this.byCode.clear();
    this.byApiToken.clear();
    for (const credentials of [SANDBOX_CREDENTIALS, SANDBOX_MEXICO_CREDENTIALS]) {
      this.add(accountSchema.parse({ ...credentials, webhookUrl: this.registeredWebhook }));
    }
  }
}
