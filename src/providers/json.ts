import type { z } from 'zod';
import { type HttpAnswer, type HttpRequest, readJson } from './http';
import { ProviderError } from './provider-error';

/**
 * The answer in the shape that was expected.
 *
 * @throws ProviderError for every other shape: `unavailable` when it is no JSON and the call may be repeated, else
 * `outcome_unknown`
 */
export function readAs<S extends z.ZodType>(
  schema: S,
  provider: string,
  { call, effect }: Pick<HttpRequest, 'call' | 'effect'>,
  answer: HttpAnswer,
): z.output<S> {
  const json = readJson(answer);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ProviderError({
    // Text that is no JSON comes from something in between; JSON of another shape will not get better by asking again.
    kind: json === undefined && effect === 'repeatable' ? 'unavailable' : 'outcome_unknown',
    provider,
    call,
    message: `answered HTTP ${answer.status} that cannot be read (${fieldsOf(parsed.error, 'body')})`,
    httpStatus: answer.status,
  });
}

/**
 * Which fields have another shape than expected: never their values.
 *
 * @param whole what all of it is called
 */
export function fieldsOf({ issues }: z.ZodError, whole: string): string {
  return issues.map(({ path }) => path.join('.') || whole).join(', ');
}

/**
 * JSON text with an exact decimal number: a JavaScript number could not hold every amount.
 *
 * @param decimal as `toDecimalText` writes it
 */
export function jsonWithDecimal(key: string, decimal: string, rest: Record<string, unknown>): string {
  return `{${JSON.stringify(key)}:${decimal},${JSON.stringify(rest).slice(1)}`;
}
