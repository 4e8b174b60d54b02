import { isJsonObject, type Json } from './exact-json';

const REDACTED = '[redacted]';

/** A copy in which the value of every named property, at any depth, is replaced. */
export function redact(value: Json | undefined, secretKeys: ReadonlySet<string>): Json | undefined {
  if (Array.isArray(value)) return value.map((item: Json) => redact(item, secretKeys) ?? null);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      secretKeys.has(key) ? REDACTED : redact(member, secretKeys),
    ]),
  );
}

/** The origin of an address: its path and its credentials may hold per-payment secrets. */
export function redactUrl(url: string): string {
  try {
    return `${new URL(url).origin}/${REDACTED}`;
  } catch {
    return REDACTED;
  }
}
