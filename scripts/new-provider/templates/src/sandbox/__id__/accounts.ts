import { z } from 'zod';

/** What the merchant of the default account is handed. */
export const SANDBOX_CREDENTIALS = { apiKey: '$id$-sandbox-api-key' } as const;

export const accountSchema = z.strictObject({ apiKey: z.string().min(1) });

/** One merchant. */
export type Account = z.infer<typeof accountSchema>;

/** All merchants of the stand-in. */
export class Accounts {
  private readonly byApiKey = new Map<string, Account>();

  constructor() {
    this.reset();
  }

  list(): readonly Account[] {
    return [...this.byApiKey.values()];
  }

  /** False when the key is already in use. */
  add(account: Account): boolean {
    if (this.byApiKey.has(account.apiKey)) return false;
    this.byApiKey.set(account.apiKey, account);
    return true;
  }

  ofApiKey(apiKey: string): Account | undefined {
    return this.byApiKey.get(apiKey);
  }

  reset(): void {
    this.byApiKey.clear();
    this.add(SANDBOX_CREDENTIALS);
  }
}
