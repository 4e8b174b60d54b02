import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Environment, readApiConfig, readWorkerConfig } from '../../src/config/index';
import { DEVELOPMENT_DEFAULTS } from '../../src/config/development-defaults';
import { accountsOutside } from '../../src/config/connections';
import { PROVIDERS } from '../../src/domain/payment';
import { SANDBOX_CREDENTIALS as etPay } from '../../src/sandbox/etpay/accounts';
import { SANDBOX_CREDENTIALS as payerMax } from '../../src/sandbox/payermax/accounts';
import { SANDBOX_CREDENTIALS as pomelo } from '../../src/sandbox/pomelo/accounts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

const KEY = Buffer.alloc(32, 7).toString('base64');
const production = (change: Environment = {}): Environment => ({
  NODE_ENV: 'production',
  HOLDFAST_PUBLIC_URL: 'https://pay.example/',
  HOLDFAST_API_KEYS: 'shop:0123456789abcdef',
  HOLDFAST_ENCRYPTION_KEYS: `k1:${KEY}`,
  HOLDFAST_TOKEN_SECRETS: `t2:${KEY},t1:${KEY}`,
  ...change,
});

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('development needs nothing: secrets are made once, kept privately and shared by all processes', () => {
  const environment = { XDG_CACHE_HOME: cache };
  const api = readApiConfig(environment);
  expect(api).toMatchObject({
    production: false,
    port: 3000,
    publicUrl: 'http://localhost:3000',
    rateLimit: 100,
  });
  expect(readApiConfig(environment)).toEqual(api);
  const worker = readWorkerConfig(environment);
  expect(worker.encryptionKeys).toEqual(api.encryptionKeys);
  expect(worker.connections['droppay-pos']['default']).toMatchObject({
    baseUrl: 'http://127.0.0.1:4000/droppay',
    clientId: 'sandbox-app',
    posId: 'POSSANDBOX1',
    refundPath: '/shop/v1/pos/refund',
  });
  expect(worker.connections['droppay-acquirer']['default']).toMatchObject({
    clientId: 'sandbox-app',
    acquirerPosId: 'POSSANDBOXACQ1',
  });
  expect(worker.connections.pomelo['default']?.apiKey).toBe(pomelo.apiKey);
  expect(worker.connections.etpay['default']).toMatchObject(etPay);
  const payerMaxSettings = worker.connections.payermax['default'];
  expect(payerMaxSettings).toMatchObject({ appId: payerMax.appId, merchantNo: payerMax.merchantNo });
  const derOf = (key: KeyObject | undefined, type: 'pkcs8' | 'spki') =>
    key?.export({ format: 'der', type: type as 'spki' }).toString('base64');
  expect(derOf(payerMaxSettings?.privateKey, 'pkcs8')).toBe(payerMax.privateKey);
  expect(derOf(payerMaxSettings?.publicKey, 'spki')).toBe(payerMax.publicKey);
  expect(statSync(join(cache, 'holdfast', 'development.json')).mode & 0o777).toBe(0o600);
});

test('empty variables count as not set', () => {
  expect(readApiConfig({ XDG_CACHE_HOME: cache, HOLDFAST_PORT: '', HOLDFAST_API_KEYS: '' }).port).toBe(3000);
});

test('how many workflows a worker keeps in memory can be set', () => {
  const set = (HOLDFAST_CACHED_WORKFLOWS: string) =>
    readWorkerConfig({ XDG_CACHE_HOME: cache, HOLDFAST_CACHED_WORKFLOWS }).cachedWorkflows;
  expect([set(''), set('300')]).toEqual([2_000, 300]);
  expect(problemsOf(() => set('0'))).toEqual([
    'HOLDFAST_CACHED_WORKFLOWS must be how many workflows are kept in memory',
  ]);
});

describe('limits of calls to providers', () => {
  const limitsWith = (change: Record<string, string>) =>
    readWorkerConfig({ XDG_CACHE_HOME: cache, ...change }).providerLimits;

  test('are the same for all unless one is named', () => {
    expect(limitsWith({}).etpay).toEqual({ concurrency: 50, perSecond: null });
    const limits = limitsWith({
      HOLDFAST_PROVIDER_CONCURRENCY: '30, pomelo:5',
      HOLDFAST_PROVIDER_RATE: 'droppay-pos:20',
    });
    expect(limits).toEqual({
      'droppay-pos': { concurrency: 30, perSecond: 20 },
      'droppay-acquirer': { concurrency: 30, perSecond: null },
      payermax: { concurrency: 30, perSecond: null },
      pomelo: { concurrency: 5, perSecond: null },
      etpay: { concurrency: 30, perSecond: null },
    });
  });

  test.each([
    ['HOLDFAST_PROVIDER_CONCURRENCY', '0'],
    ['HOLDFAST_PROVIDER_CONCURRENCY', '50,pomelo:none'],
    ['HOLDFAST_PROVIDER_CONCURRENCY', '50,40'],
    ['HOLDFAST_PROVIDER_CONCURRENCY', 'pommelo:5'],
    ['HOLDFAST_PROVIDER_RATE', '-1'],
  ])('%s=%s is refused', (name, value) => {
    const problems = problemsOf(() => limitsWith({ [name]: value }));
    expect(problems).toEqual([expect.stringMatching(`^${name} `)]);
  });
});

test('production reads what is set, and a provider without account is simply not offered', () => {
  const config = readApiConfig(production());
  expect(config).toMatchObject({
    production: true,
    publicUrl: 'https://pay.example',
    notify: false,
  });
  expect(config.connections).toEqual(Object.fromEntries(PROVIDERS.map((provider) => [provider, {}])));
  expect(config.apiKeys).toEqual([{ name: 'shop', key: '0123456789abcdef' }]);
  expect(config.tokenSecrets.map(({ id }) => id)).toEqual(['t2', 't1']);
});

test('production defaults no secret: every missing one is named at once', () => {
  const problems = problemsOf(() => readApiConfig({ NODE_ENV: 'production', XDG_CACHE_HOME: cache }));
  for (const name of [
    'HOLDFAST_PUBLIC_URL',
    'HOLDFAST_API_KEYS',
    'HOLDFAST_ENCRYPTION_KEYS',
    'HOLDFAST_TOKEN_SECRETS',
  ]) {
    expect(problems).toContainEqual(expect.stringMatching(`^${name} is missing`));
  }
  expect(() => statSync(join(cache, 'holdfast'))).toThrow('ENOENT');
});

test.each([
  ['HOLDFAST_PUBLIC_URL', 'http://pay.example', 'https'],
  ['HOLDFAST_PUBLIC_URL', 'pay.example', 'http'],
  ['HOLDFAST_PORT', '70000', 'port'],
  ['HOLDFAST_API_KEYS', 'secretwithoutname', 'name:key'],
  ['HOLDFAST_API_KEYS', 'shop:short', '16'],
  ['HOLDFAST_API_KEYS', 'a:0123456789abcdef,a:fedcba9876543210', 'twice'],
  ['HOLDFAST_ENCRYPTION_KEYS', 'k1:c2hvcnQ=', '32 bytes'],
  ['HOLDFAST_TOKEN_SECRETS', 'k 1:c2hvcnQ=', 'base64'],
  ['HOLDFAST_RATE_LIMIT', '-1', 'requests a second'],
  ['HOLDFAST_TRUST_PROXY', 'yes', 'proxies'],
  ['HOLDFAST_MAX_IN_FLIGHT', '0', 'at once'],
  ['HOLDFAST_LOG_LEVEL', 'loud', 'trace'],
  ['DROPPAY_CLIENT_ID', 'app', 'is missing'],
  ['HOLDFAST_CONNECTIONS', '/no/such/file.json', 'cannot be read'],
  ['HOLDFAST_EVENTS_URL', 'shop.example', 'http'],
  ['PAYERMAX_PRIVATE_KEY', 'fedcba9876543210', 'RSA private key'],
  ['POMELO_BASE_URL', 'api.pomelopay.com', 'http'],
  ['POMELO_SIGN_METHOD', 'crc32', 'sha1'],
  ['ETPAY_PMT_URL', 'pmt.etpay.com', 'http'],
])('%s=%s is refused with the fix and without the value of a secret', (name, value, fix) => {
  const problems = problemsOf(() => readApiConfig(production({ [name]: value })));
  expect(problems.join('\n')).toContain(fix);
  if (name !== 'DROPPAY_CLIENT_ID') expect(problems.some((problem) => problem.startsWith(name))).toBe(true);
  for (const secret of ['secretwithoutname', 'short\n', 'fedcba9876543210', 'c2hvcnQ=']) {
    expect(problems.join('\n')).not.toContain(secret);
  }
});

describe('the version of a worker', () => {
  const versionOf = (change: Environment) => {
    const { deployment, heldPatches } = readWorkerConfig(production(change));
    return { deployment, heldPatches };
  };

  test('is none unless it is set', () => {
    expect(versionOf({ HOLDFAST_DEPLOYMENT_NAME: '' })).toEqual({ deployment: null, heldPatches: [] });
  });

  test('is that of a deployment, and which patches are held', () => {
    const change = {
      HOLDFAST_DEPLOYMENT_NAME: 'payments',
      HOLDFAST_BUILD_ID: '1.4.0',
      HOLDFAST_HELD_PATCHES: 'one, two',
    };
    expect(versionOf(change)).toEqual({
      deployment: { deploymentName: 'payments', buildId: '1.4.0' },
      heldPatches: ['one', 'two'],
    });
  });

  test.each([
    [{ HOLDFAST_DEPLOYMENT_NAME: 'payments' }, 'HOLDFAST_BUILD_ID is missing'],
    [{ HOLDFAST_BUILD_ID: '1' }, 'HOLDFAST_DEPLOYMENT_NAME is missing'],
    [{ HOLDFAST_DEPLOYMENT_NAME: 'a.b', HOLDFAST_BUILD_ID: '1' }, 'HOLDFAST_DEPLOYMENT_NAME must be'],
    [{ HOLDFAST_DEPLOYMENT_NAME: 'a', HOLDFAST_BUILD_ID: 'v1:2' }, 'HOLDFAST_BUILD_ID must be'],
    [{ HOLDFAST_HELD_PATCHES: 'one two' }, 'HOLDFAST_HELD_PATCHES must be'],
  ])('%o is told: %s', (change, problem) => {
    expect(problemsOf(() => versionOf(change)).join()).toContain(problem);
  });
});

test('several problems are told together', () => {
  const problems = problemsOf(() =>
    readWorkerConfig(production({ HOLDFAST_METRICS_PORT: 'x', HOLDFAST_EVENTS_URL: 'y' })),
  );
  expect(problems).toHaveLength(2);
});

test('an account of development whose provider is not on this machine is named', () => {
  const outside = (change: Environment) =>
    accountsOutside(readWorkerConfig({ XDG_CACHE_HOME: cache, ...change }).connections);
  expect(outside({})).toEqual([]);
  expect(outside({ ETPAY_API_URL: 'https://api.etpay.example' })).toEqual(['etpay/default']);
});

test('the API of development has a connection of every provider', () => {
  const { connections } = readApiConfig({ XDG_CACHE_HOME: cache });
  for (const provider of PROVIDERS) expect(Object.keys(connections[provider])).toEqual(['default']);
});

test('without a POS at the Acquirer device there is no droppay-acquirer', () => {
  const set = Object.entries(DEVELOPMENT_DEFAULTS).filter(([name]) => name.startsWith('DROPPAY_'));
  const environment = production({ ...Object.fromEntries(set), DROPPAY_ACQUIRER_POS_ID: '' });
  const { connections } = readApiConfig(environment);
  expect(connections['droppay-pos']).toEqual({ default: { refunds: true } });
  expect(connections['droppay-acquirer']).toEqual({});
});

test('events need a secret', () => {
  const environment = production({ HOLDFAST_EVENTS_URL: 'https://shop.example/events' });
  expect(readApiConfig(environment).notify).toBe(true);
  expect(problemsOf(() => readWorkerConfig(environment))).toEqual([
    expect.stringMatching('^HOLDFAST_EVENTS_SECRETS is missing'),
  ]);
  const secret = `whsec_${KEY}`;
  expect(readWorkerConfig({ ...environment, HOLDFAST_EVENTS_SECRETS: secret }).eventsSecrets).toEqual([
    secret,
  ]);
});

describe('HOLDFAST_CONNECTIONS', () => {
  const account = { baseUrl: 'https://api.drop-pay.io', clientId: 'a', connectionCode: 'c', posId: 'P' };
  const write = (content: unknown): string => {
    const file = join(cache, 'connections.json');
    writeFileSync(file, JSON.stringify(content));
    return file;
  };

  test('adds accounts whose secrets come from variables and files', () => {
    writeFileSync(join(cache, 'code'), 'from-file\n');
    const second = {
      ...account,
      clientSecret: 'env:SECOND_SECRET',
      connectionCode: `file:${join(cache, 'code')}`,
    };
    const environment = production({
      HOLDFAST_CONNECTIONS: write({ 'droppay-pos': { second } }),
      SECOND_SECRET: 's3cret',
    });
    expect(readWorkerConfig(environment).connections['droppay-pos']['second']).toMatchObject({
      clientSecret: 's3cret',
      connectionCode: 'from-file',
    });
    expect(readApiConfig(environment).connections['droppay-pos']).toEqual({ second: { refunds: false } });
  });

  test('a DropPay account with an Acquirer POS serves both integrations; one may be for terminals only', () => {
    const both = { ...account, clientSecret: 's', acquirerPosId: 'ACQ' };
    const environment = production({
      HOLDFAST_CONNECTIONS: write({
        'droppay-pos': { both, plain: { ...account, clientSecret: 's', refundPath: '/refund' } },
        'droppay-acquirer': { terminals: both },
      }),
    });
    const { connections } = readWorkerConfig(environment);
    expect(Object.keys(connections['droppay-pos'])).toEqual(['both', 'plain']);
    expect(Object.keys(connections['droppay-acquirer']).sort()).toEqual(['both', 'terminals']);
    expect(readApiConfig(environment).connections['droppay-pos']).toEqual({
      both: { refunds: false },
      plain: { refunds: true },
    });
  });

  test('every provider may have further accounts; the API keeps what it verifies with, no more', () => {
    const { PAYERMAX_PRIVATE_KEY: privateKey, PAYERMAX_PUBLIC_KEY: publicKey } = DEVELOPMENT_DEFAULTS;
    const baseUrl = 'https://gateway.example';
    const environment = production({
      HOLDFAST_CONNECTIONS: write({
        payermax: { second: { baseUrl, appId: 'app', privateKey, publicKey: 'env:THEIR_KEY' } },
        pomelo: { second: { baseUrl, apiKey: 'key-2' } },
        etpay: {
          mexico: {
            apiUrl: baseUrl,
            pmtUrl: baseUrl,
            merchantCode: 'mx_shop',
            merchantApiToken: 'secret-token',
          },
        },
      }),
      THEIR_KEY: publicKey,
    });
    const { payermax, pomelo: pomeloAccounts, etpay } = readApiConfig(environment).connections;
    expect(Object.keys(payermax['second'] ?? {}).sort()).toEqual([
      'appId',
      'merchantNo',
      'publicKey',
      'scriptUrl',
    ]);
    expect(pomeloAccounts).toEqual({ second: { apiKey: 'key-2' } });
    expect(etpay).toEqual({ mexico: { currency: 'MXN' } });
    expect(readWorkerConfig(environment).connections.etpay['mexico']?.merchantApiToken).toBe('secret-token');
  });

  test.each([
    [
      {
        'droppay-pos': { second: { ...account, clientSecret: 'x' } },
        'droppay-acquirer': { second: { ...account, clientSecret: 'x', acquirerPosId: 'A' } },
      },
      'droppay-acquirer.second is named twice',
    ],
    [{ 'droppay-acquirer': { second: { ...account, clientSecret: 'x' } } }, 'acquirerPosId is missing'],
    [{ payermax: { second: { appId: 'a' } } }, 'payermax.second.privateKey is missing'],
    [
      { pomelo: { second: { baseUrl: 'https://x.example', apiKey: 'k', createVersion: 'v1' } } },
      'second.appId',
    ],
    [{ pomelo: { second: 'x' } }, 'pomelo.second: '],
    [
      { pomelo: { second: { baseUrl: 'https://x.example', apiKey: 'file:/no/such/secret' } } },
      'pomelo.second.apiKey refers to the file /no/such/secret, which cannot be read',
    ],
    [{ paypal: {} }, `providers are ${PROVIDERS.join(', ')}`],
    [{ 'droppay-pos': { second: account } }, 'second.clientSecret is missing'],
    [{ 'droppay-pos': { second: { ...account, clientSecret: 'env:NOT_SET' } } }, 'NOT_SET, which is not set'],
    [{ 'droppay-pos': { second: { ...account, clientSecret: 'x', colour: 'red' } } }, 'colour'],
  ])('%j is refused', (content, fix) => {
    const environment = production({ HOLDFAST_CONNECTIONS: write(content) });
    const problems = problemsOf(() => readWorkerConfig(environment));
    expect(problems.join('\n')).toContain(fix);
    const named = `HOLDFAST_CONNECTIONS (${join(cache, 'connections.json')}) `;
    expect(problems.filter((problem) => problem.startsWith(named))).not.toEqual([]);
  });

  test.each([
    ['a file that is not there', null, 'cannot be read: ENOENT'],
    ['no JSON', '{"pomelo": {"second": {"apiKey": "fedcba9876543210"', 'is not valid JSON'],
    [
      'settings that are wrong',
      '{"pomelo":{"second":{"baseUrl":"fedcba9876543210","apiKey":"fedcba 9876543210"}}}',
      'pomelo.second.apiKey must be',
    ],
  ])('%s: the start says so, naming the file and nothing of what is in it', (_, content, fix) => {
    const file = join(cache, 'connections.json');
    if (content !== null) writeFileSync(file, content);
    const told = problemsOf(() => readApiConfig(production({ HOLDFAST_CONNECTIONS: file }))).join('\n');
    expect(told).toContain(`HOLDFAST_CONNECTIONS (${file}) ${fix}`);
    expect(told).not.toMatch(/fedcba|9876543210/);
  });
});
