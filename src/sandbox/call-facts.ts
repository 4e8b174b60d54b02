import { z } from 'zod';

/** Whom a call or a webhook concerns, as far as known: what faults, rules and filters match on. */
export interface CallFacts {
  readonly reference?: string | undefined;
  readonly clientId?: string | undefined;
  readonly subject?: string | undefined;
}

/** Every given field must be equal; `subject` is the company's own id of what is paid. */
export const factsMatchSchema = z.strictObject({
  reference: z.string().optional(),
  clientId: z.string().optional(),
  subject: z.string().optional(),
});

export type FactsMatch = z.infer<typeof factsMatchSchema>;

export function factsMatch(facts: CallFacts, match: FactsMatch | undefined): boolean {
  if (match === undefined) return true;
  return (['reference', 'clientId', 'subject'] as const).every(
    (key) => match[key] === undefined || match[key] === facts[key],
  );
}
