import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { PROVIDERS, type ProviderId } from './domain/payment';
import { type DropPaySettings, dropPaySettingsSchema } from './providers/droppay/config';

export type Environment = Record<string, string | undefined>;

/** Settings of every connection (account) by provider and connection name. */
export type Connections = Record<ProviderId, Record<string, DropPaySettings>>;

/** How keys and connections may be called. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

const DROPPAY_VARIABLES = {
  DROPPAY_BASE_URL: 'baseUrl',
  DROPPAY_CLIENT_ID: 'clientId',
  DROPPAY_CLIENT_SECRET: 'clientSecret',
  DROPPAY_CONNECTION_CODE: 'connectionCode',
  DROPPAY_POS_ID: 'posId',
  DROPPAY_ACQUIRER_POS_ID: 'acquirerPosId',
  DROPPAY_REFUND_PATH: 'refundPath',
} as const satisfies Record<string, keyof DropPaySettings>;

/** Variables that name accounts at providers. */
export const CONNECTION_VARIABLES = ['HOLDFAST_CONNECTIONS', ...Object.keys(DROPPAY_VARIABLES)];

/**
 * The accounts at every provider: `default` from the provider's variables, further ones from the file that
 * HOLDFAST_CONNECTIONS names. What is wrong is added to `problems`, never with a value.
 */
export function readConnections(values: Environment, problems: string[]): Connections {
  const connections: Connections = { 'droppay-pos': {} };
  const fromEnvironment = dropPayFromEnvironment(values, problems);
  if (fromEnvironment) connections['droppay-pos']['default'] = fromEnvironment;
  const file = values['HOLDFAST_CONNECTIONS'];
  if (file) readConnectionsFile(file, values, connections, problems);
  return connections;
}

/** None of the variables set: the provider is not configured, which is no problem until somebody asks for it. */
function dropPayFromEnvironment(values: Environment, problems: string[]): DropPaySettings | null {
  const set = Object.entries(DROPPAY_VARIABLES).filter(([variable]) => values[variable] !== undefined);
  if (set.length === 0) return null;
  const result = dropPaySettingsSchema.safeParse(
    Object.fromEntries(set.map(([variable, setting]) => [setting, values[variable]])),
  );
  if (result.success) return result.data;
  const variableOf = (setting: unknown) =>
    Object.entries(DROPPAY_VARIABLES).find(([, name]) => name === setting)?.[0] ?? String(setting);
  problems.push(
    ...result.error.issues.map(
      (issue) => `${variableOf(issue.path[0])} ${settingProblem(issue, values[variableOf(issue.path[0])])}`,
    ),
  );
  return null;
}

const CONNECTIONS_FILE = z.partialRecord(
  z.enum(PROVIDERS),
  z.record(
    z.string().regex(NAME, 'connection names are letters, digits, - and _'),
    z.record(z.string(), z.unknown()),
  ),
);

function readConnectionsFile(file: string, values: Environment, into: Connections, problems: string[]): void {
  const where = 'HOLDFAST_CONNECTIONS';
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    problems.push(`${where} names a file that cannot be read as JSON (${(error as Error).name}): ${file}`);
    return;
  }
  const shape = CONNECTIONS_FILE.safeParse(content);
  if (!shape.success) {
    const providers = `providers are ${PROVIDERS.join(', ')}`;
    problems.push(
      ...shape.error.issues.map(
        ({ path, message }) => `${where} ${path.join('.')}: ${message} (${providers})`,
      ),
    );
    return;
  }
  for (const [provider, accounts] of Object.entries(shape.data) as [
    ProviderId,
    Record<string, Record<string, unknown>>,
  ][]) {
    for (const [name, account] of Object.entries(accounts)) {
      const place = `${where} ${provider}.${name}`;
      const resolved = Object.fromEntries(
        Object.entries(account).map(([key, value]) => [
          key,
          resolve(value, values, `${place}.${key}`, problems),
        ]),
      );
      const result = dropPaySettingsSchema.safeParse(resolved);
      if (result.success) into[provider][name] = result.data;
      else
        problems.push(
          ...result.error.issues.map(
            (issue) =>
              `${place}.${issue.path.join('.')} ${settingProblem(issue, resolved[String(issue.path[0])])}`,
          ),
        );
    }
  }
}

/** A secret is named, not written down: `env:NAME` or `file:path`. */
function resolve(value: unknown, values: Environment, place: string, problems: string[]): unknown {
  if (typeof value !== 'string') return value;
  const [, kind, name = ''] = /^(env|file):(.+)$/.exec(value) ?? [];
  if (kind === 'env') {
    if (values[name] === undefined)
      problems.push(`${place} refers to the variable ${name}, which is not set`);
    return values[name] ?? 'unresolved';
  }
  if (kind !== 'file') return value;
  try {
    return readFileSync(name, 'utf8').trim();
  } catch {
    problems.push(`${place} refers to the file ${name}, which cannot be read`);
    return 'unresolved';
  }
}

function settingProblem(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined && issue.code === 'invalid_type') return 'is missing: this connection needs it';
  return issue.code === 'unrecognized_keys'
    ? `has unknown settings: ${issue.keys.join(', ')}`
    : issue.message;
}
