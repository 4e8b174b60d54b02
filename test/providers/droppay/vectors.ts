import { dropPaySettingsSchema, type DropPaySettings } from '../../../src/providers/droppay/config';

/** The test vectors of docs/providers/droppay.md §8. */
export const V1_ANSWER = {
  token_type: 'bearer',
  access_token: 'aa11',
  expires_in: 3600,
  refresh_token: 'bb22',
};

export const V2_REQUEST = {
  description: 'Order 1001',
  charge_amount: 12.3,
  pos_id: 'POSTEST1',
  merchant_custom_id: '1001',
  webhooks: { ALL: 'https://u:p@shop.example/hooks/droppay' },
  loopback_uri: 'https://shop.example/o/1001/',
};

export const V2_ANSWER = {
  ...V2_REQUEST,
  id: 'CHTTEST0001',
  charge_max_count: 1,
  status: 'WAITING',
  sharing: 'https://dp.link/u/10/CHTTEST0001',
};

export const V3_TOKEN = {
  val: '6f0e4a52-1c1b-4f0e-9a55-0d5f0c1b2a33',
  date_issued: '2026-01-31T10:00:00+01:00',
  date_expiring: '2026-01-31T10:03:00+01:00',
  charge_available: 1,
};

export const V3_GRANTED = { ...V2_ANSWER, status: 'GRANTED', charge_success_count: 0, pay_token: V3_TOKEN };

export const V4_REQUEST = { pay_token_val: V3_TOKEN.val, description: 'Order 1001', amount: 12.3 };

export const V4_ANSWER = {
  id: 'CHATEST0001',
  authorization_id: 'CHTTEST0001',
  status: 'DONE',
  amount: 12.3,
  description: 'Order 1001',
  pay_token_val: V3_TOKEN.val,
};

export const V5_ENVELOPED = {
  etime: '2026-01-31T10:00:00+01:00',
  etype: 'shop.pos.authorization.status_update',
  edata: { id: 'CHTTEST0001', status: 'GRANTED' },
};

export const V6_BARE = { id: 'CHTTEST0001', status: 'GRANTED' };

export const V8_TOKEN_EXPIRED = { status: 401, json: { code: '102', description: 'token expired' } };
export const V9_NO_BODY = { status: 400 };
export const V10_SAME_PARTY = { status: 403, json: { code: '200', description: 'same party' } };
export const V10_EXPIRED = { status: 409, json: { code: '200', description: 'expired' } };

export const V15_ANSWER = {
  id: 'CHTTEST0002',
  description: 'Order 1002',
  charge_amount: 5.0,
  pos_id: 'POSTEST1',
  charge_maxcount: 1,
  sharing: 'https://dp.link/10/CHTTEST0002',
};

/** V13: the Acquirer device. Its count of charges is "fixed to 1", whatever was taken (§3.5). */
export const V13_WAITING = {
  id: 'CHTTEST0001',
  description: 'Order 1001',
  charge_amount: 12.3,
  charge_max_count: 1,
  charge_success_count: 1,
  pos_id: 'POSACQ1',
  scheme: 'CREDIT',
  merchant_custom_id: 'pay1001',
  policy: 'CHARGED',
  status: 'WAITING',
};

/** V16: a refund of part of V4's charge. */
export const REFUND_REQUEST = { charge_id: 'CHATEST0001', amount: 4.5, reason: 'one ticket back' };
export const REFUND_ANSWER = {
  ...REFUND_REQUEST,
  id: 'CHRTEST0001',
  date_creation: '2026-01-31T11:00:00+01:00',
  date_last_update: '2026-01-31T11:00:00+01:00',
  status: 'DONE',
};

export const REFUND = 'POST /shop/v1/pos/refund';
export const CREATE = 'POST /shop/v1/pos/authorization';
export const READ = 'GET /shop/v1/pos/authorization/CHTTEST0001';
export const DELETE = 'DELETE /shop/v1/pos/authorization/CHTTEST0001';
export const PATCH = 'PATCH /shop/v1/pos/authorization/CHTTEST0001';
export const CHARGE = 'POST /shop/v1/pos/charge';
export const LOGIN = 'POST /oa2/v1/ac/token';

/** Settings of an account at `baseUrl`. */
export function settingsFor(baseUrl: string, change: Record<string, unknown> = {}): DropPaySettings {
  return dropPaySettingsSchema.parse({
    baseUrl,
    clientId: 'test-key',
    clientSecret: 'test-secret',
    connectionCode: 'test-code',
    posId: 'POSTEST1',
    ...change,
  });
}
