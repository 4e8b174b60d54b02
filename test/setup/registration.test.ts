import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { activitiesOf } from '../../src/activities/index';
import { CONNECTION_VARIABLES, readConnections } from '../../src/config/connections';
import { DEVELOPMENT_DEFAULTS, sandboxAccounts } from '../../src/config/development-defaults';
import { ENVIRONMENT_VARIABLES, type WorkerConfig } from '../../src/config/index';
import { WORKFLOW_TYPES } from '../../src/contract/workflow';
import { type ProviderId, PROVIDERS } from '../../src/domain/payment';
import { STORIES } from '../../src/local/demo/stories';
import { withoutSettings } from '../../src/local/system';
import { CAPABILITIES, capabilitiesOf } from '../../src/providers/capabilities';
import { companyOf, providerOf } from '../../src/providers/index';
import { type Sandbox, startSandbox } from '../../src/sandbox/server';
import * as workflows from '../../src/workflows';
import { PORTS } from '../../src/workflows/stories/index';
import { PROVIDERS_UNDER_TEST } from '../companies/index';

const CHECKOUT = join(__dirname, '../..');
const exists = (path: string): boolean => existsSync(join(CHECKOUT, path));

const connections = readConnections(DEVELOPMENT_DEFAULTS, []);
const activities = Object.keys(
  activitiesOf({ connections, eventsUrl: null, eventsSecrets: [] } as unknown as WorkerConfig, {} as Client),
);

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
  'src/providers/index.ts REGISTRY (the registration of that id)': (id) => registered(id)?.id === id,
  'src/workflows/stories/index.ts (a workflow of the type in WORKFLOW_TYPES)': (id) =>
    valueOf<string>(WORKFLOW_TYPES, id, '-') in workflows,
  'src/workflows/stories/index.ts PORTS': (id) => id in PORTS,
  'src/activities/index.ts activitiesOf (all that src/workflows/stories/<id>.ts asks for)': (id) => {
    const asked = activitiesAskedIn(`stories/${id}`);
    return asked.length > 0 && asked.every(({ name }) => activities.includes(name));
  },
  "every call in src/workflows/stories/<id>.ts is made on the provider's queue": (id) => {
    const ofAll = activitiesAskedIn('payment/run').map(({ name }) => name);
    const asked = activitiesAskedIn(`stories/${id}`).filter(({ name }) => !ofAll.includes(name));
    return asked.length > 0 && asked.every(({ taskQueue }) => taskQueue === `holdfast/${id}`);
  },
  'a whole account of development in src/providers/<company>/index.ts': (id) => hasAccount(id),
  'src/sandbox/server.ts COMPANIES': (id) => companies.includes(companyNamed(id)),
  'src/local/demo/stories.ts STORIES': (id) => STORIES.some(({ order }) => order.provider === id),
  'docs/providers/<company>.md': (id) => exists(`docs/providers/${companyNamed(id)}.md`),
  'test/companies/index.ts UNDER_TEST': (id) => PROVIDERS_UNDER_TEST.some(({ provider }) => provider === id),
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

it.each(PROVIDERS)('%s is registered with the capabilities that workflows know', (id) => {
  expect(providerOf(id).capabilities).toBe(capabilitiesOf(id));
});

it.each(PROVIDERS)('%s says why it has no refunds, if it has none, and only then for every account', (id) => {
  const provider = providerOf(id);
  const never = provider.capabilities.refund === 'none';
  expect(provider.refundsNotOffered?.({ refunds: true }) ?? null).toEqual(never ? expect.any(String) : null);
});

it('every account of development is at the sandbox, and of variables that are read', () => {
  const accounts = Object.entries(sandboxAccounts('http://sandbox.example'));
  expect(accounts.filter(([name]) => !CONNECTION_VARIABLES.includes(name))).toEqual([]);
  const addresses = accounts.filter(([, value]) => value.startsWith('http'));
  expect(addresses.filter(([, value]) => !value.startsWith('http://sandbox.example/'))).toEqual([]);
  expect(addresses.length).toBeGreaterThanOrEqual(new Set(PROVIDERS.map(companyOf)).size);
});

const inherited = { ...Object.fromEntries(ENVIRONMENT_VARIABLES.map((name) => [name, 'x'])), PATH: '/bin' };

it('the local system keeps the caller’s own accounts out', () => {
  expect(withoutSettings(inherited)).toEqual({ NODE_ENV: 'x', PATH: '/bin' });
});

it('npm test keeps the caller’s own accounts out', () => {
  const ours = { TEMPORAL_CLI_PATH: 'x', XDG_CACHE_HOME: 'x', PATH: '/bin' };
  const script = `import { withoutForeignSettings } from './scripts/setup/foreign-settings.mjs';
    console.log(JSON.stringify(withoutForeignSettings(${JSON.stringify({ ...inherited, ...ours })})));`;
  const args = ['--input-type=module', '--eval', script];
  expect(JSON.parse(execFileSync(process.execPath, args, { cwd: CHECKOUT, encoding: 'utf8' }))).toEqual(ours);
});

it('npm run new-provider asks for these places, and for one line in each file of the source', () => {
  const asked = askedRegistrations();
  const files = Object.keys(PLACES).flatMap(
    (place) => /^((?:src|test)\/[\w/-]+\.ts) /.exec(place)?.[1] ?? [],
  );
  expect(files.filter((file) => !asked.some((one) => one.file === file))).toEqual([]);
  const lines = asked.filter(({ file, place }) => file.startsWith('src/') && place !== 'imports');
  expect(lines.map((one) => one.lines.length)).toEqual(lines.map(() => 1));
  expect(lines).toHaveLength(new Set(lines.map(({ file }) => file)).size);
  expect(lines.length).toBeLessThanOrEqual(8);
});

function registered(id: string) {
  return PROVIDERS.some((provider) => provider === id) ? providerOf(id as ProviderId) : undefined;
}

/** What the generator of providers asks to be registered. */
function askedRegistrations(): { file: string; place: string; lines: string[] }[] {
  const script = `import { namesOf } from './scripts/new-provider/names.mjs';
    import { registrationOf } from './scripts/new-provider/registration.mjs';
    console.log(JSON.stringify(registrationOf(namesOf('acme-pay'), 'hosted-page')));`;
  const args = ['--input-type=module', '--eval', script];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: CHECKOUT, encoding: 'utf8' })) as [];
}

function companyNamed(id: string): string {
  return registered(id)?.company ?? id;
}

/** The account of development, none of it left out. */
function hasAccount(id: string): boolean {
  return 'default' in valueOf(connections, id, {});
}

function valueOf<T>(table: object, id: string, otherwise: T): T {
  return ((table as Record<string, unknown>)[id] as T | undefined) ?? otherwise;
}

/** The activities that a module of workflows takes from workers, and where. */
function activitiesAskedIn(module: string): { name: string; taskQueue: string | undefined }[] {
  if (!exists(`src/workflows/${module}.ts`)) return [];
  const asked: { name: string; taskQueue: string | undefined }[] = [];
  jest.isolateModules(() => {
    jest.doMock('@temporalio/workflow', () => ({
      ...jest.requireActual<object>('@temporalio/workflow'),
      proxyActivities: ({ taskQueue }: { taskQueue?: string }) =>
        new Proxy({}, { get: (_target, name) => asked.push({ name: String(name), taskQueue }) }),
    }));
    jest.requireActual(`../../src/workflows/${module}`);
  });
  jest.dontMock('@temporalio/workflow');
  return asked;
}
