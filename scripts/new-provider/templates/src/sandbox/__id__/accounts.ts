import { z } from 'zod';

/** What the merchant of the default account is handed. */
export const SANDBOX_CREDENTIALS = {
  clientId: 'sandbox-client-id',
  clientSecret: 'sandbox-client-secret',
} as const;

export const accountSchema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  //: reserve-and-capture
  /** The address for callbacks that the merchant registered; none: nothing is sent. */
  webhookUrl: z.string().optional(),
  //: all
});

/** One merchant. */
export type Account = z.infer<typeof accountSchema>;

/** All merchants of the stand-in. */
export class Accounts {
  private readonly byClientId = new Map<string, Account>();

  constructor() {
    this.reset();
  }

  list(): readonly Account[] {
    return [...this.byClientId.values()];
  }

  /** False when the id is already in use. */
  add(account: Account): boolean {
    if (this.byClientId.has(account.clientId)) return false;
    this.byClientId.set(account.clientId, account);
    return true;
  }

  find(clientId: string): Account | undefined {
    return this.byClientId.get(clientId);
  }
  //: reserve-and-capture

  /** Registers the address for the callbacks of all payments. */
  setWebhookUrl(account: Account, webhookUrl: string): Account {
    const changed = { ...account, webhookUrl };
    this.byClientId.set(account.clientId, changed);
    return changed;
  }
  //: all

  reset(): void {
    this.byClientId.clear();
    this.add(SANDBOX_CREDENTIALS);
  }
}
