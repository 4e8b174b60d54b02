import { DEVELOPMENT_DEFAULTS } from '../../src/config/development-defaults';
import { CONNECTION } from './payment-plan';

/** How long a call of a provider may take. */
const CALL_TIMEOUT_MS = 3_000;

/** Facts of DropPay that a run cannot wait for, shortened alike on both sides. */
const PAY_TOKEN_LIFE_MS = 3_000;
const SETTLE_MARGIN_MS = 2_000;

const SANDBOX_DEFAULT = 'http://127.0.0.1:4000';

/** What HOLDFAST_CONNECTIONS names for one process: the sandbox's accounts, reached at this address. */
export function connectionsAt(sandboxUrl: string): Record<string, unknown> {
  const at = (variable: string) => setting(variable).replace(SANDBOX_DEFAULT, sandboxUrl);
  return {
    'droppay-pos': {
      [CONNECTION]: {
        baseUrl: at('DROPPAY_BASE_URL'),
        clientId: setting('DROPPAY_CLIENT_ID'),
        clientSecret: setting('DROPPAY_CLIENT_SECRET'),
        connectionCode: setting('DROPPAY_CONNECTION_CODE'),
        posId: setting('DROPPAY_POS_ID'),
        acquirerPosId: setting('DROPPAY_ACQUIRER_POS_ID'),
        refundPath: setting('DROPPAY_REFUND_PATH'),
        callTimeoutMs: CALL_TIMEOUT_MS,
        assumed: { payTokenLifeMs: PAY_TOKEN_LIFE_MS, settleMarginMs: SETTLE_MARGIN_MS },
      },
    },
    payermax: {
      [CONNECTION]: {
        baseUrl: at('PAYERMAX_BASE_URL'),
        scriptUrl: at('PAYERMAX_SCRIPT_URL'),
        appId: setting('PAYERMAX_APP_ID'),
        merchantNo: setting('PAYERMAX_MERCHANT_NO'),
        privateKey: setting('PAYERMAX_PRIVATE_KEY'),
        publicKey: setting('PAYERMAX_PUBLIC_KEY'),
        callTimeoutMs: CALL_TIMEOUT_MS,
      },
    },
    pomelo: {
      [CONNECTION]: {
        baseUrl: at('POMELO_BASE_URL'),
        apiKey: setting('POMELO_API_KEY'),
        appId: setting('POMELO_APP_ID'),
        callTimeoutMs: CALL_TIMEOUT_MS,
      },
    },
    etpay: {
      [CONNECTION]: {
        apiUrl: at('ETPAY_API_URL'),
        pmtUrl: at('ETPAY_PMT_URL'),
        merchantCode: setting('ETPAY_MERCHANT_CODE'),
        merchantApiToken: setting('ETPAY_MERCHANT_API_TOKEN'),
        callTimeoutMs: CALL_TIMEOUT_MS,
      },
    },
  };
}

/** What the sandbox has to be told so that it agrees with these accounts: control route → body. */
export const SANDBOX_SETTINGS: Readonly<Record<string, Record<string, unknown>>> = {
  '/droppay/settings': { payTokenLifeMs: PAY_TOKEN_LIFE_MS },
  // By default some amounts make a refund fail or stay open for ever.
  '/payermax/settings': { refundOutcome: 'REFUND_SUCCESS' },
};

function setting(variable: string): string {
  const value = DEVELOPMENT_DEFAULTS[variable];
  if (value === undefined) throw new Error(`there is no default of ${variable}`);
  return value;
}
