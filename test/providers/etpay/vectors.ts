import { createHmac } from 'node:crypto';
import { type EtPaySettings, etPaySettingsSchema } from '../../../src/providers/etpay/config';
import type { ExpectedPayment } from '../../../src/providers/etpay/webhook';

/** The test vectors of docs/providers/etpay.md §8. */
export const SESSION_TOKEN = 'sesTok0001';
export const SIGNATURE_TOKEN = 'sigTokenForSession0001abcdefghijklmnopqrstuvwxyz0123456789ABCDEF';
export const ORDER_ID = 'ORDER-1001';

export const INITIALIZE = 'POST /session/initialize';
export const STATUS = 'POST /merchant/check_payment_status';
export const SESSION_ANSWER = { token: SESSION_TOKEN, signature_token: SIGNATURE_TOKEN };

/** What E1 says. */
export const CLAIMS = {
  payment_token: 'payTok0001',
  session_token: SESSION_TOKEN,
  merchant_order_id: ORDER_ID,
  merchant_amount: 15990,
  merchant_currency: 'CLP',
  user_bank: 'Banco de prueba',
  user_rut: '111111111',
  user_account: 'Cuenta Corriente 12345678',
  payment_status: 'success',
  payment_date: '31-01-2026 18:07:34',
  validationWeb: true,
  validationMail: false,
  reason: '',
  code: '',
  confirmated_at: '',
};

const HEADER = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9';
const NO_ALGORITHM = 'eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0';
const E1_PAYLOAD =
  'eyJwYXltZW50X3Rva2VuIjoicGF5VG9rMDAwMSIsInNlc3Npb25fdG9rZW4iOiJzZXNUb2swMDAxIiwibWVyY2hhbnRfb3Jk' +
  'ZXJfaWQiOiJPUkRFUi0xMDAxIiwibWVyY2hhbnRfYW1vdW50IjoxNTk5MCwibWVyY2hhbnRfY3VycmVuY3kiOiJDTFAiLCJ1' +
  'c2VyX2JhbmsiOiJCYW5jbyBkZSBwcnVlYmEiLCJ1c2VyX3J1dCI6IjExMTExMTExMSIsInVzZXJfYWNjb3VudCI6IkN1ZW50' +
  'YSBDb3JyaWVudGUgMTIzNDU2NzgiLCJwYXltZW50X3N0YXR1cyI6InN1Y2Nlc3MiLCJwYXltZW50X2RhdGUiOiIzMS0wMS0y' +
  'MDI2IDE4OjA3OjM0IiwidmFsaWRhdGlvbldlYiI6dHJ1ZSwidmFsaWRhdGlvbk1haWwiOmZhbHNlLCJyZWFzb24iOiIiLCJj' +
  'b2RlIjoiIiwiY29uZmlybWF0ZWRfYXQiOiIifQ';
const E1_SIGNATURE = 'fZspkAFWg5dmPyqc0DCiOrvMfnW_37zc2HhLtakyA6w';
const E2_PAYLOAD =
  'eyJwYXltZW50X3Rva2VuIjoicGF5VG9rMDAwMiIsInNlc3Npb25fdG9rZW4iOiJzZXNUb2swMDAxIiwibWVyY2hhbnRfb3Jk' +
  'ZXJfaWQiOiJPUkRFUi0xMDAxIiwibWVyY2hhbnRfYW1vdW50IjoxNTk5MCwibWVyY2hhbnRfY3VycmVuY3kiOiJDTFAiLCJ1' +
  'c2VyX2JhbmsiOiJCYW5jbyBkZSBwcnVlYmEiLCJ1c2VyX3J1dCI6IjExMTExMTExMSIsInVzZXJfYWNjb3VudCI6IkN1ZW50' +
  'YSBDb3JyaWVudGUgMTIzNDU2NzgiLCJwYXltZW50X3N0YXR1cyI6ImVycm9yIiwicGF5bWVudF9kYXRlIjoiMzEtMDEtMjAy' +
  'NiAxODowNzozNCIsInZhbGlkYXRpb25XZWIiOnRydWUsInZhbGlkYXRpb25NYWlsIjpmYWxzZSwicmVhc29uIjoidXNlcl9j' +
  'YW5jZWxsZWQiLCJjb2RlIjoiIiwiY29uZmlybWF0ZWRfYXQiOiIifQ';
const E4_PAYLOAD =
  'eyJwYXltZW50X3Rva2VuIjoicGF5VG9rMDAwMSIsInNlc3Npb25fdG9rZW4iOiJzZXNUb2swMDAxIiwibWVyY2hhbnRfb3Jk' +
  'ZXJfaWQiOiJPUkRFUi0xMDAxIiwibWVyY2hhbnRfYW1vdW50IjoxLCJtZXJjaGFudF9jdXJyZW5jeSI6IkNMUCIsInVzZXJf' +
  'YmFuayI6IkJhbmNvIGRlIHBydWViYSIsInVzZXJfcnV0IjoiMTExMTExMTExIiwidXNlcl9hY2NvdW50IjoiQ3VlbnRhIENv' +
  'cnJpZW50ZSAxMjM0NTY3OCIsInBheW1lbnRfc3RhdHVzIjoic3VjY2VzcyIsInBheW1lbnRfZGF0ZSI6IjMxLTAxLTIwMjYg' +
  'MTg6MDc6MzQiLCJ2YWxpZGF0aW9uV2ViIjp0cnVlLCJ2YWxpZGF0aW9uTWFpbCI6ZmFsc2UsInJlYXNvbiI6IiIsImNvZGUi' +
  'OiIiLCJjb25maXJtYXRlZF9hdCI6IiJ9';

export const E1 = `${HEADER}.${E1_PAYLOAD}.${E1_SIGNATURE}`;
export const E2 = `${HEADER}.${E2_PAYLOAD}.GGDHwmhB8dfOFyEHGoDDk8KCxkrTUjkKAxkQW6v7Xvc`;
export const E3 = `${HEADER}.${E1_PAYLOAD}.0MpeWkjsqVQf_XyHWUG7CmQDwx8xwSO_JL2geQGSmow`;
export const E4 = `${HEADER}.${E4_PAYLOAD}.${E1_SIGNATURE}`;
export const E5 = `${NO_ALGORITHM}.${E1_PAYLOAD}.`;

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Signing {
  key?: string;
  header?: object;
  hash?: string;
}

/** A JWT as ETpay would sign it. */
export function signed(claims: unknown, signing: Signing = {}): string {
  const { key = SIGNATURE_TOKEN, header = { alg: 'HS256', typ: 'JWT' }, hash = 'sha256' } = signing;
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac(hash, key).update(content).digest('base64url')}`;
}

/** The payment of the vectors as it is stored. */
export const EXPECTED: ExpectedPayment = {
  callbackSecrets: { sessionToken: SESSION_TOKEN, signatureToken: SIGNATURE_TOKEN },
  merchantOrderId: ORDER_ID,
  amount: 15990,
  currency: 'CLP',
};

/** Settings of the vectors' account whose calls and payers go to `url`. */
export function settingsFor(url: string, more: object = {}): EtPaySettings {
  return etPaySettingsSchema.parse({
    apiUrl: url,
    pmtUrl: `${url}/pmt/`,
    merchantCode: 'cl_test',
    merchantApiToken: 'test-api-token',
    ...more,
  });
}
