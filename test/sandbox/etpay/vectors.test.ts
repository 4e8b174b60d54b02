import { accountSchema } from '../../../src/sandbox/etpay/accounts';
import { jwtOf } from '../../../src/sandbox/etpay/jwt';
import { paymentWire } from '../../../src/sandbox/etpay/payment-wire';
import { FAILURE_REASONS, type Payment, type Session } from '../../../src/sandbox/etpay/session';
import { DEFAULT_SETTINGS } from '../../../src/sandbox/etpay/settings';
import { verifiedClaims } from './etpay-client';

const KEY = 'sigTokenForSession0001abcdefghijklmnopqrstuvwxyz0123456789ABCDEF';
const E1 =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwYXltZW50X3Rva2VuIjoicGF5VG9rMDAwMSIsInNlc3Npb25fdG9rZW4iOiJzZXNUb2swMDAxIiwibWVyY2hhbnRfb3JkZXJfaWQiOiJPUkRFUi0xMDAxIiwibWVyY2hhbnRfYW1vdW50IjoxNTk5MCwibWVyY2hhbnRfY3VycmVuY3kiOiJDTFAiLCJ1c2VyX2JhbmsiOiJCYW5jbyBkZSBwcnVlYmEiLCJ1c2VyX3J1dCI6IjExMTExMTExMSIsInVzZXJfYWNjb3VudCI6IkN1ZW50YSBDb3JyaWVudGUgMTIzNDU2NzgiLCJwYXltZW50X3N0YXR1cyI6InN1Y2Nlc3MiLCJwYXltZW50X2RhdGUiOiIzMS0wMS0yMDI2IDE4OjA3OjM0IiwidmFsaWRhdGlvbldlYiI6dHJ1ZSwidmFsaWRhdGlvbk1haWwiOmZhbHNlLCJyZWFzb24iOiIiLCJjb2RlIjoiIiwiY29uZmlybWF0ZWRfYXQiOiIifQ.fZspkAFWg5dmPyqc0DCiOrvMfnW_37zc2HhLtakyA6w';
const E2 =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwYXltZW50X3Rva2VuIjoicGF5VG9rMDAwMiIsInNlc3Npb25fdG9rZW4iOiJzZXNUb2swMDAxIiwibWVyY2hhbnRfb3JkZXJfaWQiOiJPUkRFUi0xMDAxIiwibWVyY2hhbnRfYW1vdW50IjoxNTk5MCwibWVyY2hhbnRfY3VycmVuY3kiOiJDTFAiLCJ1c2VyX2JhbmsiOiJCYW5jbyBkZSBwcnVlYmEiLCJ1c2VyX3J1dCI6IjExMTExMTExMSIsInVzZXJfYWNjb3VudCI6IkN1ZW50YSBDb3JyaWVudGUgMTIzNDU2NzgiLCJwYXltZW50X3N0YXR1cyI6ImVycm9yIiwicGF5bWVudF9kYXRlIjoiMzEtMDEtMjAyNiAxODowNzozNCIsInZhbGlkYXRpb25XZWIiOnRydWUsInZhbGlkYXRpb25NYWlsIjpmYWxzZSwicmVhc29uIjoidXNlcl9jYW5jZWxsZWQiLCJjb2RlIjoiIiwiY29uZmlybWF0ZWRfYXQiOiIifQ.GGDHwmhB8dfOFyEHGoDDk8KCxkrTUjkKAxkQW6v7Xvc';
const E3_SIGNATURE = '0MpeWkjsqVQf_XyHWUG7CmQDwx8xwSO_JL2geQGSmow';
const E4 =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwYXltZW50X3Rva2VuIjoicGF5VG9rMDAwMSIsInNlc3Npb25fdG9rZW4iOiJzZXNUb2swMDAxIiwibWVyY2hhbnRfb3JkZXJfaWQiOiJPUkRFUi0xMDAxIiwibWVyY2hhbnRfYW1vdW50IjoxLCJtZXJjaGFudF9jdXJyZW5jeSI6IkNMUCIsInVzZXJfYmFuayI6IkJhbmNvIGRlIHBydWViYSIsInVzZXJfcnV0IjoiMTExMTExMTExIiwidXNlcl9hY2NvdW50IjoiQ3VlbnRhIENvcnJpZW50ZSAxMjM0NTY3OCIsInBheW1lbnRfc3RhdHVzIjoic3VjY2VzcyIsInBheW1lbnRfZGF0ZSI6IjMxLTAxLTIwMjYgMTg6MDc6MzQiLCJ2YWxpZGF0aW9uV2ViIjp0cnVlLCJ2YWxpZGF0aW9uTWFpbCI6ZmFsc2UsInJlYXNvbiI6IiIsImNvZGUiOiIiLCJjb25maXJtYXRlZF9hdCI6IiJ9.fZspkAFWg5dmPyqc0DCiOrvMfnW_37zc2HhLtakyA6w';
const NONE_HEADER = 'eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0';

const AT_MS = Date.parse('2026-01-31T18:07:34-03:00');
const keys = { own: KEY, other: 'sigTokenForSession0002' };

function session(change: Partial<Session> = {}): Session {
  return {
    token: 'sesTok0001',
    signatureToken: KEY,
    account: accountSchema.parse({ merchantCode: 'cl_test', merchantApiToken: 'secret' }),
    orderId: 'ORDER-1001',
    amount: 15990,
    state: 'IN_FUNNEL',
    completedUrl: undefined,
    cancellationUrl: undefined,
    webhookUrl: undefined,
    concat: '?',
    bank: undefined,
    shown: [],
    createdMs: AT_MS,
    expiresMs: AT_MS,
    updatedMs: AT_MS,
    ...change,
  };
}

function payment(change: Partial<Payment> = {}): Payment {
  return {
    token: 'payTok0001',
    sessionToken: 'sesTok0001',
    succeeded: true,
    reason: '',
    amount: 15990,
    bank: 'cl_test',
    atMs: AT_MS,
    saidInstead: {},
    ...change,
  };
}

const success = paymentWire(session(), payment(), DEFAULT_SETTINGS);
const cancelled = paymentWire(
  session(),
  payment({ token: 'payTok0002', succeeded: false, reason: FAILURE_REASONS.cancel }),
  DEFAULT_SETTINGS,
);

it('E1: signs a success to the byte', () => {
  expect(jwtOf('signed', success, keys)).toBe(E1);
});

it('E2: signs a cancellation to the byte', () => {
  expect(jwtOf('signed', cancelled, keys)).toBe(E2);
});

it("E3: another session's key makes the same content with another signature", async () => {
  const forged = jwtOf('other_session_key', success, keys);
  expect(forged.split('.').slice(0, 2)).toEqual(E1.split('.').slice(0, 2));
  expect(verifiedClaims(forged, keys.other)).toMatchObject({ payment_token: 'payTok0001' });
  const published = [...E1.split('.').slice(0, 2), E3_SIGNATURE].join('.');
  for (const refused of [forged, published]) {
    expect(() => verifiedClaims(refused, KEY)).toThrow('signature refused');
  }
});

it('E4: changes the amount under the old signature', () => {
  expect(jwtOf('changed_amount', success, keys)).toBe(E4);
});

it('E5: alg none, no signature', () => {
  expect(jwtOf('alg_none', success, keys)).toBe(`${NONE_HEADER}.${E1.split('.')[1]}.`);
});

it('E6: a changed amount may be signed correctly', async () => {
  const signed = jwtOf('changed_amount_signed', success, keys);
  expect(verifiedClaims(signed, KEY)).toEqual({ ...success, merchant_amount: 1 });
});

it('prints times in the local time of the country, summer and winter, midnight as 00', () => {
  const at = (instant: string, merchantCode: string): unknown => {
    const account = accountSchema.parse({ merchantCode, merchantApiToken: 'secret' });
    return paymentWire(session({ account }), payment({ atMs: Date.parse(instant) }), DEFAULT_SETTINGS)
      .payment_date;
  };
  expect(at('2026-07-01T04:05:06Z', 'cl_test')).toBe('01-07-2026 00:05:06');
  expect(at('2026-01-01T02:59:59Z', 'cl_test')).toBe('31-12-2025 23:59:59');
  expect(at('2026-07-01T18:05:06Z', 'mx_test')).toBe('01-07-2026 12:05:06');
});
