import { z } from 'zod';
import type { Finding, ProviderEvent } from '../../domain/provider-answer';
import { fieldsOf } from '../json';
import type { PayerMaxSettings } from './config';
import { findingOfOrder } from './mapping';
import { envelopeSchema, type Order, orderSchema, type Refund, refundSchema } from './schemas';
import { proofOf } from './signature';

/** A callback that PayerMax signed. */
export type PayerMaxNotice = {
  /** RFC 3339, as PayerMax writes it; null when absent. There is no rule about its age (docs/providers/payermax.md §5.3). */
  sentAt: string | null;
} & ({ about: 'payment'; order: Order } | { about: 'refund'; refund: Refund });

export interface WebhookError {
  error: 'unreadable' | 'bad_signature';
  message: string;
}

/** Only this body counts as received; it says nothing about the order (§5.1). */
export const PAYERMAX_ACKNOWLEDGEMENT = {
  contentType: 'application/json',
  body: '{"msg":"Success","code":"SUCCESS"}',
} as const;

/** What a callback is checked with: the settings of the payment's connection. */
export type WebhookTrust = Pick<PayerMaxSettings, 'publicKey' | 'appId' | 'merchantNo'>;

const noticeSchema = envelopeSchema.extend({
  appId: z.string().nullish(),
  merchantNo: z.string().nullish(),
  notifyTime: z.string().max(40).nullish(),
  notifyType: z.string().transform((type) => type.trim()),
});

/**
 * Verifies a callback's raw bytes, then reads them. One of another app or merchant counts as badly signed: the key
 * is right, but it is not about our orders.
 *
 * @param headers names in lower case
 */
export function parsePayerMaxWebhook(
  body: Buffer,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  trust: WebhookTrust,
): PayerMaxNotice | WebhookError {
  const proof = proofOf(body, headers.sign, trust.publicKey);
  if (proof !== 'signed') {
    const message =
      proof === 'unsigned' ? 'the sign header is missing' : 'the sign header does not fit the body';
    return { error: 'bad_signature', message };
  }
  const notice = noticeSchema.safeParse(parseJson(body));
  if (!notice.success)
    return unreadable(`the body is not a notification (${fieldsOf(notice.error, 'body')})`);
  if (differs(notice.data.appId, trust.appId) || differs(notice.data.merchantNo, trust.merchantNo)) {
    return { error: 'bad_signature', message: 'the notification is signed, but for another app or merchant' };
  }
  return readNotice(notice.data);
}

/**
 * The event for the payment's workflow; its id is the same for every delivery of the same fact. A final status of a
 * payment is proven by the signature. An ended order is proven only when it is the expected one; a paid order carries
 * its own reference, so that the money of another order is seen to be so.
 *
 * @param expectedReference our number of the payment (of the attempt) to whose address the callback came
 */
export function payerMaxEvent(
  notice: PayerMaxNotice,
  expectedReference: string,
  receivedAt: string,
): ProviderEvent {
  if (notice.about === 'refund') {
    const { outRefundNo, status } = notice.refund;
    return {
      id: `payermax:refund:${outRefundNo}:${status}`,
      receivedAt,
      statement: `PayerMax announces ${labelOf(status)} for refund ${outRefundNo}`,
      refundReference: outRefundNo,
    };
  }
  const { outTradeNo, status, totalAmount, currency } = notice.order;
  const other = outTradeNo === expectedReference ? '' : ', which is not the order of this payment';
  const proven = provenBy(notice.order, expectedReference);
  return {
    id: `payermax:${outTradeNo}:${status}:${totalAmount ?? '-'}${currency ?? ''}`,
    receivedAt,
    statement: `PayerMax announces ${labelOf(status)} for order ${outTradeNo}${other}`,
    ...(proven && { proven }),
  };
}

/** Verifies and reads a callback that came to one payment's address: see the two functions it is made of. */
export function readPayerMaxWebhook(
  body: Buffer,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  trust: WebhookTrust,
  expectedReference: string,
  receivedAt: string,
): ProviderEvent | WebhookError {
  const notice = parsePayerMaxWebhook(body, headers, trust);
  return 'error' in notice ? notice : payerMaxEvent(notice, expectedReference, receivedAt);
}

function provenBy(order: Order, expectedReference: string): Finding | undefined {
  const finding = findingOfOrder(order, order.outTradeNo);
  if (finding.state === 'paid') return finding;
  return finding.state === 'ended' && order.outTradeNo === expectedReference ? finding : undefined;
}

function readNotice(envelope: z.output<typeof noticeSchema>): PayerMaxNotice | WebhookError {
  const sentAt = envelope.notifyTime ?? null;
  if (envelope.notifyType === 'PAYMENT') {
    const order = orderSchema.safeParse(envelope.data);
    if (!order.success) return unreadable(`the notification has no order (${fieldsOf(order.error, 'data')})`);
    // On a callback the reason of a failure is the envelope's code (§4).
    return { about: 'payment', sentAt, order: { ...order.data, resultCode: envelope.code } };
  }
  if (envelope.notifyType === 'REFUND') {
    const refund = refundSchema.safeParse(envelope.data);
    if (refund.success) return { about: 'refund', sentAt, refund: refund.data };
    return unreadable(`the notification has no refund (${fieldsOf(refund.error, 'data')})`);
  }
  return unreadable('the notification is neither about a payment nor about a refund (notifyType)');
}

/** What either side does not state cannot differ. */
function differs(stated: string | null | undefined, ours: string | undefined): boolean {
  return stated !== null && stated !== undefined && ours !== undefined && stated !== ours;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function labelOf(status: string): string {
  return /^[A-Z_]+$/.test(status) ? status : 'an unknown status';
}

function unreadable(message: string): WebhookError {
  return { error: 'unreadable', message };
}
