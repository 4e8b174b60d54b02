import { mergeJson, type Json, type JsonObject } from '../exact-json';
import { countryOf, paymentDate } from './countries';
import type { Payment, Session } from './session';
import type { Settings } from './settings';

/** What is said of a payment, in webhook, return and status alike (docs/providers/etpay.md §3.3, §4.3). */
export function paymentWire(session: Session, payment: Payment, settings: Settings): JsonObject {
  const said = wire(session, settings, {
    payment_token: payment.token,
    amount: payment.amount,
    bank: payment.bank,
    payment_status: payment.succeeded ? 'success' : settings.failureLabel,
    atMs: payment.atMs,
    reason: payment.reason,
  });
  return merged(merged(said, settings.claims), payment.saidInstead);
}

/** What the status list says of a session without a payment, where `statusListsOpen` is on. */
export function openSessionWire(session: Session, settings: Settings): JsonObject {
  const said = wire(session, settings, {
    payment_token: undefined,
    amount: session.amount,
    bank: session.bank,
    payment_status: settings.openLabel,
    atMs: session.createdMs,
    reason: '',
  });
  return merged(said, settings.claims);
}

/** The payment's claims, with `iat` and `exp` where settings ask for them. */
export function jwtClaims(wireOfPayment: JsonObject, settings: Settings, nowMs: number): JsonObject {
  const issuedAt = Math.floor(nowMs / 1000);
  return {
    ...wireOfPayment,
    ...(settings.jwtIssuedAt ? { iat: issuedAt } : {}),
    ...(settings.jwtLifeMs === null ? {} : { exp: Math.floor((nowMs + settings.jwtLifeMs) / 1000) }),
  };
}

interface Said {
  readonly payment_token: string | undefined;
  readonly amount: number;
  readonly bank: string | undefined;
  readonly payment_status: string;
  readonly atMs: number;
  readonly reason: string;
}

function wire(session: Session, settings: Settings, said: Said): JsonObject {
  const country = countryOf(session.account.merchantCode);
  const payer = said.bank === undefined ? { rut: '', account: '' } : country.payer;
  return {
    payment_token: said.payment_token,
    session_token: session.token,
    merchant_order_id: session.orderId,
    merchant_amount: settings.amountAsText ? String(said.amount) : said.amount,
    merchant_currency: country.currency,
    user_bank: country.banks[said.bank ?? ''] ?? '',
    user_rut: payer.rut,
    user_account: payer.account,
    payment_status: said.payment_status,
    payment_date: paymentDate(country, said.atMs),
    validationWeb: true,
    validationMail: false,
    reason: said.reason,
    code: '',
    confirmated_at: '',
  };
}

function merged(target: JsonObject, patch: Readonly<Record<string, Json | undefined>>): JsonObject {
  return mergeJson(target, patch) as JsonObject;
}
