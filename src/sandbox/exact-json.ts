/** A number written into JSON digit by digit (`12.30`), so that money never passes through a float. */
export class ExactDecimal {
  constructor(readonly text: string) {}
}

export type Json = null | boolean | number | string | ExactDecimal | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** JSON text of a value; `undefined` properties are left out and exact decimals keep their digits. */
export function writeJson(value: Json): string {
  if (value instanceof ExactDecimal) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isJsonObject(value)) {
    const members = Object.entries(value)
      .filter((member): member is [string, Json] => member[1] !== undefined)
      .map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** RFC 7396 merge: objects merge deeply, null removes a property, anything else replaces. */
export function mergeJson(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const merged: Record<string, Json | undefined> = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = mergeJson(merged[key], value);
  }
  return merged;
}

/** An object in the JSON sense: neither null, nor an array, nor an exact decimal. */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactDecimal)
  );
}
