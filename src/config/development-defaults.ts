import { PROVIDERS } from '../domain/payment';
import { providerOf } from '../providers/index';

const SANDBOX = 'http://127.0.0.1:4000';

/** The accounts of development by variable of the environment, at the sandbox of this address (no slash at its end). */
export function sandboxAccounts(sandboxUrl: string): Readonly<Record<string, string>> {
  const accounts = PROVIDERS.map((id) => providerOf(id).environment?.atSandbox(sandboxUrl) ?? {});
  return Object.assign({}, ...accounts) as Record<string, string>;
}

/** Outside production everything points at the sandbox of `npm start`, and at its default accounts. */
export const DEVELOPMENT_DEFAULTS: Readonly<Record<string, string>> = {
  HOLDFAST_PUBLIC_URL: 'http://localhost:3000',
  ...sandboxAccounts(SANDBOX),
};
