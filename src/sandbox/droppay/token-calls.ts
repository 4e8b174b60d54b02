import type { CallAnswer, CompanyCall, IncomingCall } from '../call-serving';
import type { AccessTokens } from './access-tokens';
import type { Account, Accounts } from './accounts';
import { answerRefusals, DropPayRefusal, ERRORS } from './errors';
import { checkedBody, loginRequest, textField } from './requests';
import type { SettingsBook } from './settings';

interface TokenServices {
  readonly accounts: Accounts;
  readonly tokens: AccessTokens;
  readonly settings: SettingsBook;
}

/**
 * `POST` and `PUT /oa2/v1/ac/token` (docs/providers/droppay.md §3.1, §3.2, §9); PUT needs the refresh token.
 */
export function tokenCall(services: TokenServices, method: 'POST' | 'PUT'): CompanyCall {
  return {
    name: 'token',
    describe: (call) => ({ clientId: textField(call, 'client_id') }),
    apply: (call) => answerRefusals(() => logIn(services, call, method)),
  };
}

function logIn(
  { accounts, tokens, settings }: TokenServices,
  call: IncomingCall,
  method: string,
): CallAnswer {
  const request = checkedBody(call, loginRequest);
  const account = accounts.get(request.client_id);
  if (account === undefined || account.clientSecret !== request.client_secret) throw wrongCredentials();
  if (request.scope !== 'app') throw new DropPayRefusal(ERRORS.outOfScope, 'The scope must be app');
  // `grant_type: refresh_token` on this path is [assumed]; the observed PUT sends both the code and the
  // token.
  const byCode = request.grant_type === 'authorization_code';
  if (byCode) checkCode(account, request.code);
  if (method === 'PUT' || !byCode) checkRefreshToken(tokens, account, request.refresh_token);
  const { accessTokenLifeMs, newTokenKillsOld } = settings.of(account.clientId);
  const issued = tokens.issue(account.clientId, accessTokenLifeMs, newTokenKillsOld);
  return {
    status: 200,
    body: {
      token_type: 'bearer',
      access_token: issued.accessToken,
      expires_in: Math.floor(accessTokenLifeMs / 1000),
      refresh_token: issued.refreshToken,
    },
  };
}

function checkCode(account: Account, code: string | undefined): void {
  if (code === undefined) throw new DropPayRefusal(ERRORS.argumentsMissing, 'code: missing');
  if (code !== account.connectionCode) throw wrongCredentials();
}

function checkRefreshToken(tokens: AccessTokens, account: Account, refreshToken: string | undefined): void {
  if (refreshToken === undefined) throw new DropPayRefusal(ERRORS.argumentsMissing, 'refresh_token: missing');
  if (!tokens.isRefreshTokenOf(refreshToken, account.clientId)) throw wrongCredentials();
}

function wrongCredentials(): DropPayRefusal {
  return new DropPayRefusal(ERRORS.wrongCredentials, 'Wrong login credentials');
}
