import type { ProviderId } from '../domain/payment';
import type { ProviderEvent } from '../domain/provider-answer';
import { dropPayHint, parseDropPayWebhook } from '../providers/droppay/webhook';

/** How one provider's callbacks are read and what it wants to hear back. */
export interface WebhookReader {
  /** @returns the event for the payment's workflow, or why the body cannot be read */
  read(body: Buffer, receivedAt: string): ProviderEvent | { error: string };
  acknowledgement: { contentType: string; body: string };
}

/** Callback readers by provider id. */
export const WEBHOOK_READERS: Readonly<Record<ProviderId, WebhookReader>> = {
  'droppay-pos': {
    read(body, receivedAt) {
      const webhook = parseDropPayWebhook(body.toString('utf8'));
      return 'error' in webhook ? webhook : dropPayHint(webhook, receivedAt);
    },
    acknowledgement: { contentType: 'text/plain', body: 'OK' },
  },
};
