import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { activitiesOf } from '../../src/activities/index';
import { apiConnections } from '../../src/api-connections';
import { webhookReaders } from '../../src/api/webhook-readers';
import type { WorkerConfig } from '../../src/config/index';
import { PROVIDER_OPTIONS } from '../../src/contract/http';
import { WORKFLOW_TYPES } from '../../src/contract/workflow';
import { DEVELOPMENT_DEFAULTS } from '../../src/config/development-defaults';
import { STORIES } from '../../src/local/demo/stories';
import { PROVIDERS } from '../../src/domain/payment';
import { CAPABILITIES } from '../../src/providers/capabilities';
import { CONNECTION_VARIABLES, readConnections } from '../../src/config/connections';
import { type Sandbox, startSandbox } from '../../src/sandbox/server';
import * as workflows from '../../src/workflows';
import { PORTS } from '../../src/workflows/stories/index';
import { PROVIDERS_UNDER_TEST } from '../conformance/providers';
import { namesIn, sourceTable } from './source-tables';

const CHECKOUT = join(__dirname, '../..');
const exists = (path: string): boolean => existsSync(join(CHECKOUT, path));
const names = (file: string, table: string): string[] => namesIn(sourceTable(CHECKOUT, file, table));

const unread = PROVIDERS.filter((id) => !names('src/config/connections.ts', 'READERS').includes(id));
// Without it no account can be read, so nothing else can be told.
if (unread.length > 0) throw new Error(`src/config/connections.ts READERS lacks ${unread.join(', ')}`);

const connections = readConnections(DEVELOPMENT_DEFAULTS, []);
const activities = Object.keys(
  activitiesOf({ connections, eventsUrl: null, eventsSecrets: [] } as unknown as WorkerConfig, {} as Client),
);
const readers = webhookReaders(apiConnections(connections));

let sandbox: Sandbox;
let companies: string[];
beforeAll(async () => {
  sandbox = await startSandbox();
  const health = await fetch(`${sandbox.url}/control/health`);
  ({ companies } = (await health.json()) as { companies: string[] });
});
afterAll(() => sandbox.close());

/** Everywhere that a provider has to be named, and whether it is. */
const PLACES: Readonly<Record<string, (id: string) => boolean>> = {
  'src/domain/payment.ts PROVIDERS': (id) => PROVIDERS.some((provider) => provider === id),
  'src/providers/capabilities.ts CAPABILITIES': (id) => id in CAPABILITIES,
  'src/contract/workflow.ts WORKFLOW_TYPES': (id) => id in WORKFLOW_TYPES,
  'src/contract/http.ts PROVIDER_OPTIONS': (id) => id in PROVIDER_OPTIONS,
  'src/workflows/index.ts (a workflow of the type in WORKFLOW_TYPES)': (id) =>
    valueOf<string>(WORKFLOW_TYPES, id, '-') in workflows,
  'src/workflows/stories/index.ts PORTS': (id) => id in PORTS,
  'src/activities/index.ts activitiesOf (all that src/workflows/stories/<id>.ts asks for)': (id) => {
    const asked = activitiesAskedBy(id);
    return asked.length > 0 && asked.every(({ name }) => activities.includes(name));
  },
  "every call in src/workflows/stories/<id>.ts is made on the provider's queue": (id) => {
    const ofAll = activitiesAskedBy('payment').map(({ name }) => name);
    const asked = activitiesAskedBy(id).filter(({ name }) => !ofAll.includes(name));
    return asked.length > 0 && asked.every(({ taskQueue }) => taskQueue === `holdfast/${id}`);
  },
  'src/api-connections.ts apiConnections': (id) => id in apiConnections(connections),
  'src/api/webhook-readers.ts webhookReaders': (id) => id in readers,
  'src/api/refunds.ts refundsNotOffered': (id) =>
    names('src/api/refunds.ts', 'refundsNotOffered').includes(id),
  'src/config/connections.ts READERS': (id) => names('src/config/connections.ts', 'READERS').includes(id),
  'src/config/development-defaults.ts DEVELOPMENT_DEFAULTS (a whole account)': (id) => accountOf(id) !== null,
  'src/sandbox/server.ts COMPANIES (the one that the development account is at)': (id) =>
    companies.includes(companyOf(id)),
  'src/local/demo/stories.ts STORIES': (id) => STORIES.some(({ order }) => order.provider === id),
  'src/local/try-it/order-form.ts OFFERS': (id) =>
    names('src/local/try-it/order-form.ts', 'OFFERS').includes(id),
  'docs/providers/<company>.md': (id) => exists(`docs/providers/${companyOf(id)}.md`),
  'test/conformance/providers.ts PROVIDERS_UNDER_TEST': (id) =>
    PROVIDERS_UNDER_TEST.some(({ provider }) => provider === id),
  'test/conformance/<id>.test.ts': (id) => exists(`test/conformance/${id}.test.ts`),
};

function missingPlaces(id: string): string[] {
  return Object.keys(PLACES).filter((place) => !PLACES[place]?.(id));
}

it.each(PROVIDERS)('%s is registered everywhere', (id) => {
  expect(missingPlaces(id)).toEqual([]);
});

it('names every place where a provider is missing', () => {
  expect(missingPlaces('not-registered')).toEqual(Object.keys(PLACES));
});

const accountVariables = Object.keys(DEVELOPMENT_DEFAULTS).filter((name) => !name.startsWith('HOLDFAST_'));
const sandboxAddresses = accountVariables.filter((name) => DEVELOPMENT_DEFAULTS[name]?.startsWith('http'));

it.each(['src/local/system.ts', 'test/conformance/world.ts'])(
  '%s brings every company to its sandbox',
  (file) => {
    expect(sandboxAddresses.filter((name) => !names(file, 'environment').includes(name))).toEqual([]);
  },
);

it('every variable of an account is one that src/config/connections.ts reads', () => {
  expect(accountVariables.filter((name) => !CONNECTION_VARIABLES.includes(name))).toEqual([]);
});

it.each([
  ['src/local/system.ts', 'settings'],
  ['scripts/test.mjs', 'FOREIGN_SETTINGS'],
])('%s %s keeps the caller’s own accounts out', (file, name) => {
  const text = sourceTable(CHECKOUT, file, name).getText();
  const foreign = new RegExp(text.slice(1, text.lastIndexOf('/')));
  expect(CONNECTION_VARIABLES.filter((variable) => !foreign.test(variable))).toEqual([]);
  expect(foreign.test('PATH')).toBe(false);
});

it('npm run new-provider asks for these places', () => {
  const generator = readFileSync(join(CHECKOUT, 'scripts/new-provider/registration.mjs'), 'utf8');
  const files = Object.keys(PLACES).flatMap((place) => /^(src\S+)/.exec(place)?.[1] ?? []);
  expect(files.filter((file) => !generator.includes(`'${file}'`))).toEqual([]);
});

/** The account of development, or null when there is none or not all of it. */
function accountOf(id: string): Record<string, unknown> | null {
  return valueOf<Record<string, Record<string, unknown>>>(connections, id, {})['default'] ?? null;
}

/** The company in the address of the development account; without one, the company of that name. */
function companyOf(id: string): string {
  const [address] = Object.values(accountOf(id) ?? {}).filter(
    (value): value is string => typeof value === 'string' && value.startsWith('http'),
  );
  return (address && new URL(address).pathname.split('/')[1]) || id;
}

function valueOf<T>(table: object, id: string, otherwise: T): T {
  return ((table as Record<string, unknown>)[id] as T | undefined) ?? otherwise;
}

/** The activities that a story takes from workers, and where. */
function activitiesAskedBy(id: string): { name: string; taskQueue: string | undefined }[] {
  if (!exists(`src/workflows/stories/${id}.ts`)) return [];
  const asked: { name: string; taskQueue: string | undefined }[] = [];
  jest.isolateModules(() => {
    jest.doMock('@temporalio/workflow', () => ({
      ...jest.requireActual<object>('@temporalio/workflow'),
      proxyActivities: ({ taskQueue }: { taskQueue?: string }) =>
        new Proxy({}, { get: (_target, name) => asked.push({ name: String(name), taskQueue }) }),
    }));
    jest.requireActual(`../../src/workflows/stories/${id}`);
  });
  jest.dontMock('@temporalio/workflow');
  return asked;
}
