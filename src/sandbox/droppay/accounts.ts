import { z } from 'zod';

const DEVICES = ['DROPPAY', 'ACQUIRER'] as const;
export type Device = (typeof DEVICES)[number];

/**
 * One merchant: an application connected to a business account, and its POS ids with the device behind each.
 */
export const accountSchema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  connectionCode: z.string().min(1),
  businessName: z.string().min(1).default('Sandbox Shop S.r.l.'),
  pos: z.array(z.strictObject({ id: z.string().min(1), device: z.enum(DEVICES) })).min(1),
});

export type Account = z.infer<typeof accountSchema>;

const DEFAULT_ACCOUNT: Account = {
  clientId: 'sandbox-app',
  clientSecret: 'sandbox-secret',
  connectionCode: 'sandbox-connection',
  businessName: 'Sandbox Shop S.r.l.',
  pos: [
    { id: 'POSSANDBOX1', device: 'DROPPAY' },
    { id: 'POSSANDBOXACQ1', device: 'ACQUIRER' },
  ],
};

/** All merchants of the stand-in. */
export class Accounts {
  private readonly byClientId = new Map<string, Account>([[DEFAULT_ACCOUNT.clientId, DEFAULT_ACCOUNT]]);

  list(): readonly Account[] {
    return [...this.byClientId.values()];
  }

  /** The name of the field that is already taken, or null when the account was added. */
  add(account: Account): string | null {
    if (this.byClientId.has(account.clientId)) return 'clientId';
    if (account.pos.some((pos) => this.findPos(pos.id) !== undefined)) return 'pos';
    this.byClientId.set(account.clientId, account);
    return null;
  }

  get(clientId: string): Account | undefined {
    return this.byClientId.get(clientId);
  }

  findPos(posId: string): { account: Account; device: Device } | undefined {
    for (const account of this.byClientId.values()) {
      const pos = account.pos.find((candidate) => candidate.id === posId);
      if (pos !== undefined) return { account, device: pos.device };
    }
    return undefined;
  }

  reset(): void {
    this.byClientId.clear();
    this.byClientId.set(DEFAULT_ACCOUNT.clientId, DEFAULT_ACCOUNT);
  }
}
