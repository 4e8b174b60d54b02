import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { PROVIDERS, type ProviderId } from '../domain/payment';
import { type Connections, forEachProvider, providerOf } from '../providers/index';
import type { Provider } from '../providers/provider';

export type Environment = Record<string, string | undefined>;

/** How keys and connections may be called. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Variables that describe an account, by provider. */
const ACCOUNT_VARIABLES = forEachProvider(({ environment }) => environment?.variables ?? {});

/** Variables that name accounts at providers. */
export const CONNECTION_VARIABLES = [
  'HOLDFAST_CONNECTIONS',
  ...PROVIDERS.flatMap((provider) => Object.keys(ACCOUNT_VARIABLES[provider])),
];

/**
 * The accounts at every provider: `default` from the provider's variables, further ones from the file that
 * HOLDFAST_CONNECTIONS names. What is wrong is added to `problems`, never with a value.
 */
export function readConnections(values: Environment, problems: string[]): Connections {
  const found = forEachProvider((provider): Record<string, unknown> => {
    const account = fromEnvironment(provider, values, problems);
    return account === null ? {} : { default: account };
  });
  const file = values['HOLDFAST_CONNECTIONS'];
  if (file) readConnectionsFile(file, values, found, problems);
  const shared = forEachProvider((provider) =>
    accountsFromOthers(provider, found, placeOf(file ?? ''), problems),
  );
  // Every account was read by the schema of its provider.
  return forEachProvider(({ id }) => ({ ...found[id], ...shared[id] })) as Connections;
}

type Found = Record<ProviderId, Record<string, unknown>>;

/** The accounts that are named under another id and serve this provider too. A name never means two accounts. */
function accountsFromOthers(
  { id, sharedAccounts }: Provider,
  found: Found,
  where: string,
  problems: string[],
): Record<string, unknown> {
  if (!sharedAccounts) return {};
  const others = found[sharedAccounts.with];
  for (const name of Object.keys(found[id]).filter((each) => each in others)) {
    problems.push(`${where} ${id}.${name} is named twice: ${sharedAccounts.fix(name)}`);
  }
  return Object.fromEntries(
    Object.entries(others).flatMap(([name, settings]) => {
      const account = sharedAccounts.from(settings);
      return account === null ? [] : [[name, account]];
    }),
  );
}

/** None of the variables set: the provider is not configured, which is no problem until somebody asks for it. */
function fromEnvironment({ id, settings }: Provider, values: Environment, problems: string[]): unknown {
  const variables = ACCOUNT_VARIABLES[id];
  const set = Object.entries(variables).filter(([variable]) => values[variable] !== undefined);
  if (set.length === 0) return null;
  const result = settings.safeParse(
    Object.fromEntries(set.map(([variable, setting]) => [setting, values[variable]])),
  );
  if (result.success) return result.data;
  const variableOf = (setting: unknown) =>
    Object.entries(variables).find(([, name]) => name === setting)?.[0] ?? String(setting);
  problems.push(
    ...result.error.issues.map((issue) => {
      const variable = variableOf(issue.path[0]);
      return `${variable} ${settingProblem(issue, values[variable])}`;
    }),
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

const placeOf = (file: string) => `HOLDFAST_CONNECTIONS (${file})`;

function readConnectionsFile(file: string, values: Environment, into: Found, problems: string[]): void {
  const where = placeOf(file);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // What JSON.parse says repeats a part of the file, which may be a secret.
    const { code } = error as NodeJS.ErrnoException;
    problems.push(code ? `${where} cannot be read: ${code}` : `${where} is not valid JSON`);
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
  for (const provider of PROVIDERS) {
    for (const [name, account] of Object.entries(shape.data[provider] ?? {})) {
      const place = `${where} ${provider}.${name}`;
      const settings = readAccount(providerOf(provider).settings, account, place, values, problems);
      if (settings !== null) into[provider][name] = settings;
    }
  }
}

function readAccount(
  schema: z.ZodType,
  account: Record<string, unknown>,
  place: string,
  values: Environment,
  problems: string[],
): unknown {
  const resolved = Object.fromEntries(
    Object.entries(account).map(([key, value]) => [key, resolve(value, values, `${place}.${key}`, problems)]),
  );
  const result = schema.safeParse(resolved);
  if (result.success) return result.data;
  problems.push(
    ...result.error.issues.map(
      (issue) => `${place}.${issue.path.join('.')} ${settingProblem(issue, resolved[String(issue.path[0])])}`,
    ),
  );
  return null;
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

/** The accounts whose provider is not on this machine, as `provider/connection`. */
export function accountsOutside(connections: Connections): string[] {
  return PROVIDERS.flatMap((provider) =>
    Object.entries(connections[provider]).flatMap(([name, settings]) => {
      const { hostname } = new URL(providerOf(provider).addressOf(settings));
      return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ? [] : [`${provider}/${name}`];
    }),
  );
}
