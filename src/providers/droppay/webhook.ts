import { z } from 'zod';
import type { ProviderEvent } from '../../domain/provider-answer';

/**
 * What a webhook says. It proves nothing (docs/providers/droppay.md §4.3): a hint to read the authorization.
 */
export interface DropPayWebhook {
  authorizationId: string;
  /** One of DropPay's labels, or null when there is none that looks like one. */
  status: string | null;
}

const authorization = z.looseObject({
  id: z.string().regex(/^[\w-]{1,64}$/),
  status: z.unknown().optional(),
});
const bodySchema = z.union([
  z.looseObject({ edata: authorization }).transform((body) => body.edata),
  authorization,
]);

/**
 * Reads both shapes that DropPay's documents show: enveloped in `edata`, or the bare authorization (§4.2).
 */
export function parseDropPayWebhook(text: string): DropPayWebhook | { error: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { error: 'the body is not JSON' };
  }
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return { error: 'the body has no authorization id, neither in edata nor at the top' };
  const { id, status } = parsed.data;
  const label = typeof status === 'string' && /^[A-Z_]{1,32}$/.test(status) ? status : null;
  return { authorizationId: id, status: label };
}

/**
 * The hint for the payment's workflow; its id is the same for every delivery of the same status (§6 rule 8).
 */
export function dropPayHint({ authorizationId, status }: DropPayWebhook, receivedAt: string): ProviderEvent {
  const label = status ?? 'no status';
  return {
    id: `droppay:${authorizationId}:${status ?? '-'}`,
    receivedAt,
    statement: `DropPay announces ${label} for authorization ${authorizationId}`,
  };
}
