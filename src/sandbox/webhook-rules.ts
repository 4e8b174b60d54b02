import { z } from 'zod';
import { factsMatch, factsMatchSchema, type CallFacts } from './call-facts';

/**
 * What a test may order for the webhooks of one company; `shapes` are the body shapes it knows, `destinations`
 * the kinds of address that each get a copy, where there are several.
 */
export function webhookRuleSchema(
  shapes: readonly [string, ...string[]],
  destinations: readonly string[] = [],
) {
  return z.strictObject({
    ...treatmentFields(shapes, destinations),
    times: z.int().min(1).nullable().default(null),
  });
}

/** The same by chance: `rate` is the share of the webhooks that it is about. */
export function randomWebhookRuleSchema(
  shapes: readonly [string, ...string[]],
  destinations: readonly string[] = [],
) {
  return z.strictObject({ ...treatmentFields(shapes, destinations), rate: z.number().gt(0).max(1) });
}

function treatmentFields(shapes: readonly [string, ...string[]], destinations: readonly string[]) {
  return {
    match: factsMatchSchema.extend({ destination: z.enum(destinations).optional() }).optional(),
    drop: z.boolean().default(false),
    delayMs: z.int().min(0).max(86_400_000).default(0),
    /** Extra copies: 2 means that the receiver gets three. */
    duplicates: z.int().min(0).max(100).default(0),
    /** Held back until the next webhook of the same subject was sent. */
    reorder: z.boolean().default(false),
    beforeAnswer: z.boolean().default(false),
    shape: z.enum(shapes).optional(),
  };
}

export type WebhookRuleOrder = z.infer<ReturnType<typeof webhookRuleSchema>>;
export type RandomWebhookRule = z.infer<ReturnType<typeof randomWebhookRuleSchema>>;

/** What is done to a webhook on its way. */
export type WebhookTreatment = z.infer<z.ZodObject<ReturnType<typeof treatmentFields>>>;

export interface WebhookRule extends WebhookRuleOrder {
  readonly id: string;
  readonly timesLeft: number | null;
}

/** The webhook rules of one company; the newest matching rule decides a webhook. */
export class WebhookRuleBook {
  private rules: WebhookRule[] = [];
  private lastNumber = 0;

  add(order: WebhookRuleOrder): WebhookRule {
    this.lastNumber += 1;
    const rule = { ...order, id: `rule-${this.lastNumber}`, timesLeft: order.times };
    this.rules.unshift(rule);
    return rule;
  }

  list(): readonly WebhookRule[] {
    return this.rules;
  }

  clear(id?: string): number {
    const before = this.rules.length;
    this.rules = id === undefined ? [] : this.rules.filter((rule) => rule.id !== id);
    return before - this.rules.length;
  }

  take(facts: CallFacts, destination?: string): WebhookRule | undefined {
    const matching = this.rules.find(
      ({ match }) =>
        factsMatch(facts, match) && (match?.destination === undefined || match.destination === destination),
    );
    if (matching === undefined || matching.timesLeft === null) return matching;
    const used = { ...matching, timesLeft: matching.timesLeft - 1 };
    this.rules = this.rules.flatMap((rule) =>
      rule !== matching ? [rule] : used.timesLeft > 0 ? [used] : [],
    );
    return matching;
  }
}
