import { mergeJson, type Json, type JsonObject } from '../exact-json';
import type { Notification } from '../webhook-delivery';
import type { Account } from './accounts';
import { newNonce } from './identifiers';
import type { Settings } from './settings';
import {
  bodySignature,
  flippedBodySignature,
  flippedHeaderSignature,
  headerSignature,
  type SignMethod,
} from './signing';
import type { Transaction } from './transaction';
import { qrUrl, timestamp } from './transaction-wire';

/** The two documented bodies, and what a forger or a fault on the way would make of the account's own. */
export const WEBHOOK_SHAPES = ['seed', 'newer', 'flipped_signature', 'flipped_header', 'unsigned'] as const;
type WebhookShape = (typeof WEBHOOK_SHAPES)[number];

/** A transaction's own `webhook`, and those of the account. */
export const WEBHOOK_DESTINATIONS = ['transaction', 'company'] as const;

/** All that a webhook is made of. */
export interface WebhookContent {
  readonly transaction: Transaction;
  readonly account: Account;
  readonly settings: Settings;
  readonly publicUrl: string;
  readonly nowMs: number;
  /** Merged into the body before it is signed. */
  readonly override?: JsonObject;
}

/** The digest that webhooks and returns of a transaction carry. */
export function webhookSignMethod({ signMethod }: Transaction, settings: Settings): SignMethod {
  return settings.webhookSignMethod === 'as_created' ? signMethod : settings.webhookSignMethod;
}

/** The message about a transaction's state in every shape; its address is the sender's to add. */
export function webhookNotification(content: WebhookContent): Omit<Notification, 'url'> {
  const { transaction, account, settings, nowMs } = content;
  const gaps = settings.webhookRetryGapsMs;
  return {
    facts: { subject: transaction.id, reference: transaction.localId, clientId: transaction.appId },
    label: transaction.state,
    bodies: Object.fromEntries(WEBHOOK_SHAPES.map((shape) => [shape, webhookBody(content, shape)])),
    defaultShape: settings.newerWebhookBodies ? 'newer' : 'seed',
    headers: { 'x-originator': 'Pomelo-Webhooks' },
    sign: (_text, shape) => signatureHeaders(account.apiKey, settings.headerSignatures, nowMs, shape),
    anyHttpsPort: true,
    retry: { times: gaps.length, delayMs: gaps },
  };
}

/** docs/providers/pomelo.md §4.2; the signature is that of the amount and currency the body then says. */
function webhookBody(content: WebhookContent, shape: WebhookShape): Json {
  const { account, settings, transaction } = content;
  const newer = shape === 'newer' || (shape !== 'seed' && settings.newerWebhookBodies);
  const plain = { ...seedFields(content), ...(newer ? newerFields(content) : {}) };
  const body = mergeJson(plain, content.override ?? {}) as JsonObject;
  if (shape === 'unsigned') return body;
  const { amount, currency } = body;
  const order = {
    amount: typeof amount === 'number' || typeof amount === 'string' ? amount : transaction.amountMinor,
    currency: typeof currency === 'string' ? currency : transaction.currency,
  };
  const method = webhookSignMethod(transaction, settings);
  const signature = bodySignature(method, order, account.apiKey);
  const originalSignature = settings.originalSignature
    ? bodySignature('md5', order, account.apiKey)
    : undefined;
  const signed = shape === 'flipped_signature' ? flippedBodySignature(method, signature) : signature;
  return { signature: signed, originalSignature, ...body };
}

function seedFields({ transaction, publicUrl }: WebhookContent): JsonObject {
  return {
    localId: transaction.localId,
    customerReference: transaction.customerReference,
    transactionId: transaction.id,
    state: transaction.state,
    created: timestamp(transaction.createdMs),
    amount: transaction.amountMinor,
    currency: transaction.currency,
    provider: transaction.provider,
    qrCode: { url: qrUrl(transaction, publicUrl) },
  };
}

function newerFields({ transaction, account }: WebhookContent): JsonObject {
  return {
    id: newNonce().slice(0, 24),
    updated: timestamp(transaction.updatedMs),
    deleted: false,
    eventType: 'NOTIFY_TRANSACTION_CHANGE',
    companyId: companyId(account),
  };
}

export function companyId({ appId }: Account): string {
  return `company-of-${appId}`;
}

function signatureHeaders(
  apiKey: string,
  wanted: boolean,
  nowMs: number,
  shape: string,
): Readonly<Record<string, string>> {
  if (shape === 'unsigned' || (!wanted && shape !== 'flipped_header')) return {};
  const nonce = newNonce();
  const sentAt = String(Math.floor(nowMs / 1000));
  const signature = headerSignature(nonce, sentAt, apiKey);
  return {
    'x-signature-nonce': nonce,
    'x-signature-timestamp': sentAt,
    'x-signature': shape === 'flipped_header' ? flippedHeaderSignature(signature) : signature,
  };
}
