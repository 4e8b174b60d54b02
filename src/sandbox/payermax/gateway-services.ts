import type { CallFacts } from '../call-facts';
import type { CallAnswer, CompanyCall, IncomingCall } from '../call-serving';
import type { SandboxClock } from '../clock';
import { isJsonObject, type Json } from '../exact-json';
import { SANDBOX_CREDENTIALS, type Account, type Accounts } from './accounts';
import type { DropinSessions } from './dropin-sessions';
import { openEnvelope, textAt } from './envelope';
import { answerRefusals } from './errors';
import type { Ledger } from './ledger';
import type { OrderDesk } from './order-desk';
import type { SettingsBook } from './settings';
import { signText } from './signing';

/** What the calls of the gateway work with. */
export interface GatewayServices {
  readonly clock: SandboxClock;
  readonly accounts: Accounts;
  readonly sessions: DropinSessions;
  readonly ledger: Ledger;
  readonly settings: SettingsBook;
  readonly desk: OrderDesk;
  readonly publicUrl: () => string;
}

/** One operation: enveloped and signed both ways. `describe` says whom it concerns, besides the appId. */
export function gatewayCall(
  services: GatewayServices,
  name: string,
  describe: (call: IncomingCall, account: Account | undefined) => CallFacts,
  apply: (account: Account, data: Json) => CallAnswer,
): CompanyCall {
  const accountOf = (call: IncomingCall): Account | undefined =>
    services.accounts.get(textAt(call, 'appId') ?? '');
  return {
    name,
    describe: (call) => ({ clientId: textAt(call, 'appId'), ...describe(call, accountOf(call)) }),
    apply: (call) =>
      answerRefusals(() => {
        const { account, data } = openEnvelope(services.accounts, services.clock, call);
        return apply(account, data);
      }),
    sign: (text, call) => signAnswer(services, accountOf(call), text),
  };
}

/** An answer to an unknown appId is signed as to the default account: whose key it takes is not documented. */
function signAnswer(
  services: GatewayServices,
  account: Account | undefined,
  text: string,
): Record<string, string> {
  const signer = account ?? services.accounts.get(SANDBOX_CREDENTIALS.appId);
  const body = JSON.parse(text) as unknown;
  const isSuccess = isJsonObject(body) && body.code === 'APPLY_SUCCESS';
  if (signer === undefined || (!isSuccess && !services.settings.of(account?.appId).signErrors)) return {};
  return { sign: signText(text, signer.platformPrivateKey) };
}
