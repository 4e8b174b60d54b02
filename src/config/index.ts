import { z } from 'zod';
import { type ApiConnections, apiConnections, type Connections } from '../providers/index';
import { DEVELOPMENT_DEFAULTS } from './development-defaults';
import { developmentSecrets, developmentSecretsFile } from './development-secrets';
import { CONNECTION_VARIABLES, type Environment, NAME, readConnections } from './connections';
import {
  DEFAULT_CACHED_WORKFLOWS,
  LIMIT_VARIABLES,
  type ProviderLimits,
  providerLimits,
} from './worker-limits';
import { WORKER_VERSION_VARIABLES, type WorkerVersion, workerVersionOf } from './worker-version';

export type { Environment };

interface ApiKey {
  /** The caller's name: payments belong to it. */
  name: string;
  key: string;
}

/** A named secret of a key ring: the first is used for new things, all for what exists. */
interface NamedKey {
  id: string;
  /** 32 bytes */
  key: Uint8Array;
}

export interface ApiConfig {
  production: boolean;
  port: number;
  /** What providers and payers reach; without a slash at the end. */
  publicUrl: string;
  apiKeys: ApiKey[];
  encryptionKeys: NamedKey[];
  tokenSecrets: NamedKey[];
  /** Requests a second per API key; 0 = off. */
  rateLimit: number;
  /** Creates, and likewise other updates, that wait for a worker to take them on; more are refused. */
  maxInFlight: number;
  /** How many proxies in front of us are believed about the client's address. */
  trustProxy: number;
  logLevel: LogLevel;
  connections: ApiConnections;
  /** Whether backends are told by events. */
  notify: boolean;
}

export interface WorkerConfig extends WorkerVersion {
  production: boolean;
  encryptionKeys: NamedKey[];
  metricsPort: number;
  logLevel: LogLevel;
  connections: Connections;
  providerLimits: ProviderLimits;
  /** Workflows that one process keeps in memory; others are rebuilt from their history when something happens. */
  cachedWorkflows: number;
  eventsUrl: string | null;
  /** Standard Webhooks secrets, `whsec_…`; the first is the newest. */
  eventsSecrets: string[];
}

export interface CodecServerConfig {
  host: string;
  port: number;
  /** Where the Temporal UI is opened from: pages of these origins may ask for decrypted payloads. */
  allowedOrigins: string[];
  encryptionKeys: NamedKey[];
}

/** Every problem of the settings at once. Its message never holds a value. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(
      `the settings have ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n- ${problems.join('\n- ')}`,
    );
  }
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

const port = (fallback: number) =>
  whole(fallback, 0, 65_535, 'must be a port number from 0 to 65535 (0 = any free port)');

function whole(fallback: number, min: number, max: number, fix: string) {
  return z
    .string()
    .regex(/^\d{1,9}$/, fix)
    .default(String(fallback))
    .transform(Number)
    .refine((value) => value >= min && value <= max, fix);
}

function pairs(fix: string) {
  return z.string({ error: `is missing: ${fix}` }).transform((text, context) => {
    const entries = text.split(',').map((entry) => entry.trim());
    const read = entries.map((entry): [string, string] => {
      const colon = entry.indexOf(':');
      return [entry.slice(0, Math.max(colon, 0)), entry.slice(colon + 1)];
    });
    if (read.some(([name, value]) => !NAME.test(name) || value === '')) {
      context.addIssue({ code: 'custom', message: `must be ${fix}` });
    }
    if (new Set(read.map(([name]) => name)).size !== read.length) {
      context.addIssue({ code: 'custom', message: 'names one entry twice' });
    }
    return read;
  });
}

const keyRing = pairs('id:base64-32-bytes,… (make one with `openssl rand -base64 32`)').transform(
  (entries, context) =>
    entries.map(([id, text]): NamedKey => {
      const key = Buffer.from(text, 'base64');
      if (key.length !== 32)
        context.addIssue({ code: 'custom', message: `key "${id}" must be base64 of 32 bytes` });
      return { id, key };
    }),
);

const SHORTEST_API_KEY = 16;
const apiKeys = pairs('name:key,… with keys of at least 16 characters').transform((entries, context) =>
  entries.map(([name, key]): ApiKey => {
    if (key.length < SHORTEST_API_KEY || !/^[\x21-\x7e]+$/.test(key)) {
      const message = `key "${name}" must be at least ${SHORTEST_API_KEY} visible ASCII characters`;
      context.addIssue({ code: 'custom', message });
    }
    return { name, key };
  }),
);

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
  .refine((url) => !URL.canParse(url) || !/[?#]/.test(url), 'must not hold a query or fragment')
  .transform((url) => url.replace(/\/+$/, ''));

const SHARED = {
  NODE_ENV: z.string().optional(),
  HOLDFAST_ENCRYPTION_KEYS: keyRing,
  HOLDFAST_LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` })
    .default('info'),
};

const API_VARIABLES = z.object({
  ...SHARED,
  HOLDFAST_PORT: port(3000),
  HOLDFAST_PUBLIC_URL: z
    .string({ error: 'is missing: the https address that providers and payers reach' })
    .pipe(httpUrl),
  HOLDFAST_API_KEYS: apiKeys,
  HOLDFAST_TOKEN_SECRETS: keyRing,
  HOLDFAST_RATE_LIMIT: whole(100, 0, 1_000_000, 'must be a whole number of requests a second (0 = off)'),
  HOLDFAST_MAX_IN_FLIGHT: whole(20, 1, 100_000, 'must be how many creates may wait for a worker at once'),
  HOLDFAST_TRUST_PROXY: whole(0, 0, 100, 'must be how many proxies stand in front (0 = none)'),
  /** Only whether it is set: the worker sends events. */
  HOLDFAST_EVENTS_URL: httpUrl.optional(),
});

const EVENTS_SECRET = /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/;
const WORKER_VARIABLES = z.object({
  ...SHARED,
  ...WORKER_VERSION_VARIABLES,
  HOLDFAST_METRICS_PORT: port(9464),
  ...LIMIT_VARIABLES,
  HOLDFAST_CACHED_WORKFLOWS: whole(
    DEFAULT_CACHED_WORKFLOWS,
    1,
    1_000_000,
    'must be how many workflows are kept in memory',
  ),
  HOLDFAST_EVENTS_URL: httpUrl.optional(),
  HOLDFAST_EVENTS_SECRETS: z
    .string()
    .transform((text) => text.split(',').map((secret) => secret.trim()))
    .refine(
      (secrets) => secrets.every((secret) => EVENTS_SECRET.test(secret)),
      'must be whsec_…,… (base64, 24 bytes or more)',
    )
    .default([]),
});

const CODEC_VARIABLES = z.object({
  ...SHARED,
  HOLDFAST_CODEC_HOST: z.string().default('127.0.0.1'),
  HOLDFAST_CODEC_PORT: port(8234),
  HOLDFAST_CODEC_ORIGINS: z
    .string()
    .default('http://localhost:8233')
    .transform((text) => text.split(',').map((origin) => origin.trim())),
});

/** Read by `@temporalio/envconfig`, which knows more; these are the ones that installations use. */
const TEMPORAL_VARIABLES = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_TLS',
  'TEMPORAL_TLS_SERVER_NAME',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
];

/** Every variable that is read; `.env.example` lists the same. */
export const ENVIRONMENT_VARIABLES: readonly string[] = [
  ...new Set([
    ...TEMPORAL_VARIABLES,
    ...Object.keys(API_VARIABLES.shape),
    ...Object.keys(WORKER_VARIABLES.shape),
    ...Object.keys(CODEC_VARIABLES.shape),
    ...CONNECTION_VARIABLES,
  ]),
];

/**
 * Settings of the API process.
 * @throws ConfigError with every problem at once
 */
export function readApiConfig(environment: Environment): ApiConfig {
  const { values, production } = withDefaults(environment);
  const problems: string[] = [];
  const read = parse(API_VARIABLES, values, problems);
  const connections = readConnections(values, problems);
  if (production && read && !read.HOLDFAST_PUBLIC_URL.startsWith('https://')) {
    problems.push(
      'HOLDFAST_PUBLIC_URL must be https in production: providers deliver callbacks nowhere else',
    );
  }
  if (!read || problems.length > 0) throw new ConfigError(problems);
  return {
    production,
    port: read.HOLDFAST_PORT,
    publicUrl: read.HOLDFAST_PUBLIC_URL,
    apiKeys: read.HOLDFAST_API_KEYS,
    encryptionKeys: read.HOLDFAST_ENCRYPTION_KEYS,
    tokenSecrets: read.HOLDFAST_TOKEN_SECRETS,
    rateLimit: read.HOLDFAST_RATE_LIMIT,
    maxInFlight: read.HOLDFAST_MAX_IN_FLIGHT,
    trustProxy: read.HOLDFAST_TRUST_PROXY,
    logLevel: read.HOLDFAST_LOG_LEVEL,
    connections: apiConnections(connections),
    notify: read.HOLDFAST_EVENTS_URL !== undefined,
  };
}

/**
 * Settings of the worker process.
 * @throws ConfigError with every problem at once
 */
export function readWorkerConfig(environment: Environment): WorkerConfig {
  const { values, production } = withDefaults(environment);
  const problems: string[] = [];
  const read = parse(WORKER_VARIABLES, values, problems);
  const connections = readConnections(values, problems);
  if (read?.HOLDFAST_EVENTS_URL && read.HOLDFAST_EVENTS_SECRETS.length === 0) {
    problems.push(
      'HOLDFAST_EVENTS_SECRETS is missing: events are signed, set whsec_… (base64 of 24 bytes or more)',
    );
  }
  const version = read && workerVersionOf(read, problems);
  if (!read || !version || problems.length > 0) throw new ConfigError(problems);
  return {
    ...version,
    production,
    encryptionKeys: read.HOLDFAST_ENCRYPTION_KEYS,
    metricsPort: read.HOLDFAST_METRICS_PORT,
    logLevel: read.HOLDFAST_LOG_LEVEL,
    connections,
    providerLimits: providerLimits(read.HOLDFAST_PROVIDER_CONCURRENCY, read.HOLDFAST_PROVIDER_RATE),
    cachedWorkflows: read.HOLDFAST_CACHED_WORKFLOWS,
    eventsUrl: read.HOLDFAST_EVENTS_URL ?? null,
    eventsSecrets: read.HOLDFAST_EVENTS_SECRETS,
  };
}

/** Settings of the codec server. @throws ConfigError with every problem at once */
export function readCodecServerConfig(environment: Environment): CodecServerConfig {
  const problems: string[] = [];
  const read = parse(CODEC_VARIABLES, withDefaults(environment).values, problems);
  if (!read) throw new ConfigError(problems);
  return {
    host: read.HOLDFAST_CODEC_HOST,
    port: read.HOLDFAST_CODEC_PORT,
    allowedOrigins: read.HOLDFAST_CODEC_ORIGINS,
    encryptionKeys: read.HOLDFAST_ENCRYPTION_KEYS,
  };
}

function withDefaults(environment: Environment): { values: Environment; production: boolean } {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  if (set['NODE_ENV'] === 'production') return { values: set, production: true };
  const made = ['HOLDFAST_API_KEYS', 'HOLDFAST_ENCRYPTION_KEYS', 'HOLDFAST_TOKEN_SECRETS'];
  const secrets = made.every((name) => set[name])
    ? {}
    : developmentSecrets(developmentSecretsFile(environment));
  return { values: { ...DEVELOPMENT_DEFAULTS, ...secrets, ...set }, production: false };
}

function parse<T extends z.ZodType>(schema: T, values: Environment, problems: string[]): z.output<T> | null {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  problems.push(...result.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`));
  return null;
}
