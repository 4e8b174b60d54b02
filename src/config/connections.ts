import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { PROVIDERS, type ProviderId } from '../domain/payment';
import { type DropPaySettings, dropPaySettingsSchema } from '../providers/droppay/config';
import { ETPAY_VARIABLES, type EtPaySettings, etPaySettingsSchema } from '../providers/etpay/config';
import {
  PAYERMAX_VARIABLES,
  type PayerMaxSettings,
  payerMaxSettingsSchema,
} from '../providers/payermax/config';
import { POMELO_VARIABLES, type PomeloSettings, pomeloSettingsSchema } from '../providers/pomelo/config';

export type Environment = Record<string, string | undefined>;

/** A DropPay account that has a POS on the Acquirer device. */
export type DropPayAcquirerSettings = DropPaySettings & { acquirerPosId: string };

/** Settings of every connection (account) by provider and connection name. */
export interface Connections {
  'droppay-pos': Record<string, DropPaySettings>;
  'droppay-acquirer': Record<string, DropPayAcquirerSettings>;
  payermax: Record<string, PayerMaxSettings>;
  pomelo: Record<string, PomeloSettings>;
  etpay: Record<string, EtPaySettings>;
}

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
export const CONNECTION_VARIABLES = [
  'HOLDFAST_CONNECTIONS',
  ...[DROPPAY_VARIABLES, PAYERMAX_VARIABLES, POMELO_VARIABLES, ETPAY_VARIABLES].flatMap(Object.keys),
];

/** How the accounts of one provider are read. */
interface ConnectionReader {
  schema: z.ZodType;
  /** Absent: the account of the environment is that of another provider id. */
  variables?: Readonly<Record<string, string>>;
}

const READERS: Readonly<Record<ProviderId, ConnectionReader>> = {
  'droppay-pos': { schema: dropPaySettingsSchema, variables: DROPPAY_VARIABLES },
  'droppay-acquirer': { schema: dropPaySettingsSchema.required({ acquirerPosId: true }) },
  payermax: { schema: payerMaxSettingsSchema, variables: PAYERMAX_VARIABLES },
  pomelo: { schema: pomeloSettingsSchema, variables: POMELO_VARIABLES },
  etpay: { schema: etPaySettingsSchema, variables: ETPAY_VARIABLES },
};

/**
 * The accounts at every provider: `default` from the provider's variables, further ones from the file that
 * HOLDFAST_CONNECTIONS names. What is wrong is added to `problems`, never with a value.
 */
export function readConnections(values: Environment, problems: string[]): Connections {
  const found = Object.fromEntries(PROVIDERS.map((provider) => [provider, {}])) as Found;
  for (const provider of PROVIDERS) {
    const account = fromEnvironment(READERS[provider], values, problems);
    if (account !== null) found[provider]['default'] = account;
  }
  const file = values['HOLDFAST_CONNECTIONS'];
  if (file) readConnectionsFile(file, values, found, problems);
  // Every reader's schema is that of its provider.
  return withSharedDropPayAccounts(found as unknown as Connections, placeOf(file ?? ''), problems);
}

type Found = Record<ProviderId, Record<string, unknown>>;

/**
 * Both of DropPay's integrations use one account, and one access token per connection name: an account with a POS on the
 * Acquirer device serves both, and a name never means two accounts.
 */
function withSharedDropPayAccounts(connections: Connections, where: string, problems: string[]): Connections {
  const { 'droppay-pos': pos, 'droppay-acquirer': acquirer } = connections;
  for (const name of Object.keys(acquirer).filter((each) => each in pos)) {
    const fix = `set acquirerPosId of droppay-pos.${name} instead (DROPPAY_ACQUIRER_POS_ID for default)`;
    problems.push(`${where} droppay-acquirer.${name} is named twice: ${fix}`);
  }
  const shared = Object.entries(pos).flatMap(([name, account]) => {
    const { acquirerPosId } = account;
    return acquirerPosId === undefined ? [] : [[name, { ...account, acquirerPosId }] as const];
  });
  return { ...connections, 'droppay-acquirer': { ...acquirer, ...Object.fromEntries(shared) } };
}

/** None of the variables set: the provider is not configured, which is no problem until somebody asks for it. */
function fromEnvironment(
  { schema, variables = {} }: ConnectionReader,
  values: Environment,
  problems: string[],
): unknown {
  const set = Object.entries(variables).filter(([variable]) => values[variable] !== undefined);
  if (set.length === 0) return null;
  const result = schema.safeParse(
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
      const settings = readAccount(READERS[provider].schema, account, place, values, problems);
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
  return Object.entries(connections).flatMap(([provider, accounts]) =>
    Object.entries(accounts as Record<string, { baseUrl: string } | { apiUrl: string }>).flatMap(
      ([name, settings]) => {
        const { hostname } = new URL('apiUrl' in settings ? settings.apiUrl : settings.baseUrl);
        return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ? [] : [`${provider}/${name}`];
      },
    ),
  );
}
