import { createHash } from 'node:crypto';
import { z } from 'zod';
import { factsMatch, type CallFacts } from './call-facts';
import { randomFaultSchema, type RandomFault, type Strike } from './faults';
import { randomWebhookRuleSchema, type RandomWebhookRule, type WebhookTreatment } from './webhook-rules';

/** What strikes one company's calls and webhooks by chance: each entry has its `rate`, the share of what it strikes. */
export function faultRatesSchema(
  calls: readonly [string, ...string[]],
  webhookShapes: readonly [string, ...string[]],
  webhookDestinations: readonly string[] = [],
) {
  return z.strictObject({
    seed: z.int().min(0).default(0),
    calls: z
      .array(randomFaultSchema(calls))
      .default([])
      .refine((faults) => sumPerCall(faults) <= 1, 'the rates of one call add up to more than 1'),
    webhooks: z
      .array(randomWebhookRuleSchema(webhookShapes, webhookDestinations))
      .default([])
      .refine((rules) => sumOf(rules) <= 1, 'the rates add up to more than 1'),
  });
}

export type FaultRatesOrder = z.infer<ReturnType<typeof faultRatesSchema>>;

/** An entry, and how often it has struck. */
type Counted<T> = T & { readonly id: string; struck: number };

/**
 * Faults by chance. The draw for a call depends on the seed, the call's name, whom it concerns and how many such calls came
 * before, not on what else happens: the same traffic is struck alike, however it is interleaved.
 */
export class FaultRates {
  private seed = 0;
  private calls: Counted<RandomFault>[] = [];
  private webhooks: Counted<RandomWebhookRule>[] = [];
  private readonly drawsOfKey = new Map<string, number>();
  /** How many calls of each name, and how many webhooks, were drawn for. */
  private drawn = { calls: {} as Record<string, number>, webhooks: 0 };

  /** Replaces what was ordered before, and counts from zero. */
  set({ seed, calls, webhooks }: FaultRatesOrder): void {
    this.clear();
    this.seed = seed;
    this.calls = calls.map((fault, index) => ({ ...fault, id: `rate-${index + 1}`, struck: 0 }));
    this.webhooks = webhooks.map((rule, index) => ({
      ...rule,
      id: `webhook-rate-${index + 1}`,
      struck: 0,
    }));
  }

  report() {
    return { seed: this.seed, calls: this.calls, webhooks: this.webhooks, drawn: this.drawn };
  }

  /** Says how many entries went. */
  clear(): number {
    const cleared = this.calls.length + this.webhooks.length;
    this.calls = [];
    this.webhooks = [];
    this.drawsOfKey.clear();
    this.drawn = { calls: {}, webhooks: 0 };
    return cleared;
  }

  /** The fault that strikes this call, if chance has it so. */
  strike(call: string, facts: CallFacts): Strike | undefined {
    const candidates = this.calls.filter((fault) => fault.call === call && factsMatch(facts, fault.match));
    if (candidates.length === 0) return undefined;
    this.drawn.calls[call] = (this.drawn.calls[call] ?? 0) + 1;
    return chosen(candidates, this.draw(call, facts));
  }

  /** What is done to this webhook, if chance has it so. */
  take(facts: CallFacts, destination?: string): WebhookTreatment | undefined {
    const candidates = this.webhooks.filter(
      ({ match }) =>
        factsMatch(facts, match) && (match?.destination === undefined || match.destination === destination),
    );
    if (candidates.length === 0) return undefined;
    this.drawn.webhooks += 1;
    return chosen(candidates, this.draw(`webhook ${destination ?? ''}`, facts));
  }

  /** From 0 to 1, 1 excluded. */
  private draw(what: string, { reference, subject, clientId }: CallFacts): number {
    const key = `${what} ${reference ?? subject ?? clientId ?? ''}`;
    const earlier = this.drawsOfKey.get(key) ?? 0;
    this.drawsOfKey.set(key, earlier + 1);
    const hash = createHash('sha256').update(`${this.seed} ${key} ${earlier}`).digest();
    return hash.readUInt32BE(0) / 2 ** 32;
  }
}

function chosen<T extends { rate: number; struck: number }>(
  candidates: readonly T[],
  draw: number,
): T | undefined {
  let reached = 0;
  for (const candidate of candidates) {
    reached += candidate.rate;
    if (draw >= reached) continue;
    candidate.struck += 1;
    return candidate;
  }
  return undefined;
}

function sumPerCall(faults: readonly RandomFault[]): number {
  const names = new Set(faults.map(({ call }) => call));
  return Math.max(0, ...[...names].map((name) => sumOf(faults.filter(({ call }) => call === name))));
}

/** Rounded: the sum of 0.1, 0.2 and 0.7 is above 1 in floating point. */
function sumOf(entries: readonly { rate: number }[]): number {
  return Number(entries.reduce((sum, { rate }) => sum + rate, 0).toFixed(9));
}
