import { chargesLeft, type Authorization } from './authorization';
import type { JsonObject } from '../exact-json';
import { euro, timestamp } from './wire-values';

/** The Authorization entity on the wire (docs/providers/droppay.md §3.5). */
export function authorizationWire(authorization: Authorization, publicUrl: string): JsonObject {
  const onAcquirer = authorization.device === 'ACQUIRER';
  return {
    id: authorization.id,
    scheme: authorization.scheme,
    scheme_data: authorization.schemeData,
    pos_id: authorization.posId,
    date_creation: timestamp(authorization.createdMs),
    date_last_update: timestamp(authorization.updatedMs),
    status: authorization.status,
    description: authorization.description,
    charge_amount: euro(authorization.chargeCents),
    charge_date_start: timestamp(authorization.chargeFromMs),
    charge_date_end:
      authorization.chargeUntilMs === undefined ? undefined : timestamp(authorization.chargeUntilMs),
    charge_max_count: authorization.maxCharges,
    // "Fixed to 1" on the Acquirer device, so it says nothing there.
    charge_success_count: onAcquirer ? 1 : authorization.successfulCharges,
    merchant_custom_id: authorization.reference,
    merchant_custom_label: authorization.label,
    merchant_business_name: authorization.account.businessName,
    webhooks: authorization.webhookUrl === undefined ? undefined : { ALL: authorization.webhookUrl },
    loopback_uri: authorization.loopbackUri,
    policy: authorization.policy,
    sharing: onAcquirer ? undefined : payerPageUrl(authorization, publicUrl),
    brand: {
      id: 'BRNSANDBOX1',
      name: authorization.account.businessName,
      description: 'A shop that exists only in the sandbox',
      business_categories: [],
      payable_account: 'ACCSANDBOX1',
      status: 'ENABLED',
    },
    store: { id: 'STRSANDBOX1', name: 'Sandbox store', place: 'VIRTUAL', address: 'https://shop.example' },
    pay_token: payTokenWire(authorization),
  };
}

/**
 * The create answer in the shape of the quick start: no status, no policy, `charge_maxcount` (vectors V14,
 * V15).
 */
export function quickStartWire(authorization: Authorization, publicUrl: string): JsonObject {
  const full = authorizationWire(authorization, publicUrl);
  return {
    id: full.id,
    description: full.description,
    charge_amount: full.charge_amount,
    charge_date_start: full.charge_date_start,
    charge_maxcount: full.charge_max_count,
    pos_id: full.pos_id,
    webhooks: full.webhooks,
    loopback_uri: full.loopback_uri,
    sharing: full.sharing,
  };
}

/** Where the payer sees the request, in place of the app that `https://dp.link/10/{id}` opens. */
export function payerPageUrl(authorization: Authorization, publicUrl: string): string {
  return `${publicUrl}/app/10/${authorization.id}`;
}

function payTokenWire(authorization: Authorization): JsonObject | undefined {
  const token = authorization.payToken;
  if (token === undefined || authorization.status !== 'GRANTED') return undefined;
  const common = {
    val: token.val,
    date_issued: timestamp(token.issuedMs),
    date_expiring: timestamp(token.expiringMs),
  };
  // The two documents put different counts here (§2.4).
  return authorization.device === 'ACQUIRER'
    ? { ...common, charge_max_count: authorization.maxCharges }
    : { ...common, charge_available: chargesLeft(authorization) };
}
