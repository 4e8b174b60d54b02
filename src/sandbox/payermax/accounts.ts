import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { privateKeyOf, publicHalf, publicKeyOf } from './signing';
import {
  SANDBOX_MERCHANT_PRIVATE_KEY,
  SANDBOX_MERCHANT_PUBLIC_KEY,
  SANDBOX_PLATFORM_PRIVATE_KEY,
  SANDBOX_PLATFORM_PUBLIC_KEY,
} from './test-keys';

export const COMPONENTS = ['CARD', 'APPLEPAY', 'GOOGLEPAY'] as const;

/** What a merchant of the default account is handed: its own private key, and PayerMax's public one. */
export const SANDBOX_CREDENTIALS = {
  appId: 'sandbox-app',
  merchantNo: 'SANDBOX0001',
  privateKey: SANDBOX_MERCHANT_PRIVATE_KEY,
  publicKey: SANDBOX_PLATFORM_PUBLIC_KEY,
} as const;

/** An account as control takes it; keys are one line of Base64 DER, by default the published test keys. */
export const accountSchema = z.strictObject({
  appId: z.string().min(1).max(64),
  merchantNo: z.string().min(1).max(32),
  merchantPublicKey: key(publicKeyOf, 'SPKI').default(() => publicKeyOf(SANDBOX_MERCHANT_PUBLIC_KEY)),
  platformPrivateKey: key(privateKeyOf, 'PKCS#8').default(() => privateKeyOf(SANDBOX_PLATFORM_PRIVATE_KEY)),
  /** What the merchant has a contract for. */
  components: z.array(z.enum(COMPONENTS)).default(['CARD']),
  /** The addresses set in the merchant portal, used when a call names none. */
  notifyUrl: z.string().optional(),
  refundNotifyUrl: z.string().optional(),
});

/** One merchant's application. */
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

  /** False when the appId is taken. */
  add(account: Account): boolean {
    if (this.byAppId.has(account.appId)) return false;
    this.byAppId.set(account.appId, account);
    return true;
  }

  get(appId: string): Account | undefined {
    return this.byAppId.get(appId);
  }

  reset(): void {
    const { appId, merchantNo } = SANDBOX_CREDENTIALS;
    const portal = { notifyUrl: this.registeredWebhook, refundNotifyUrl: this.registeredWebhook };
    this.byAppId.clear();
    this.add(accountSchema.parse({ appId, merchantNo, ...portal }));
  }
}

/** What control shows of an account: nothing private. */
export function accountSummary(account: Account) {
  const { appId, merchantNo, components } = account;
  return { appId, merchantNo, components, platformPublicKey: publicHalf(account.platformPrivateKey) };
}

function key(read: (base64: string) => KeyObject, form: string) {
  return z.string().transform((text, context) => {
    try {
      return read(text);
    } catch {
      context.addIssue({ code: 'custom', message: `is not a ${form} DER key in one line of Base64` });
      return z.NEVER;
    }
  });
}
