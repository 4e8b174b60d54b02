import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes';

const CHECKOUT = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');

interface Service {
  image: string;
  build?: string;
  command?: string[];
  env_file?: string;
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  network_mode?: string;
}

const services = (file: string) =>
  (parse(read(file), { merge: true }) as { services: Record<string, Service> }).services;

const BASE = services('docker-compose.yml');
const SANDBOX = services('docker-compose.sandbox.yml');
const FILES = ['docker-compose.yml', 'docker-compose.sandbox.yml'];
const all = [...Object.entries(BASE), ...Object.entries(SANDBOX)];
const own = all.filter(([, { command }]) => command?.[0]?.startsWith('dist/'));

const documented = new Set(
  [...read('.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name),
);

it('has the services of a whole installation', () => {
  expect(Object.keys(BASE).sort()).toEqual([
    'api',
    'codec-server',
    'postgresql',
    'temporal',
    'temporal-namespace',
    'temporal-schemas',
    'temporal-ui',
    'worker',
  ]);
});

it('pins every image to a full version', () => {
  const images = all.flatMap(([, { image }]) => image ?? []).filter((image) => image !== 'holdfast:local');
  expect(images.length).toBeGreaterThanOrEqual(5);
  for (const image of images) expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
});

it('runs server and tools of one Temporal version', () => {
  const versions = ['temporal', 'temporal-schemas', 'temporal-namespace'].map(
    (name) => BASE[name]?.image.split(':')[1],
  );
  expect(new Set(versions).size).toBe(1);
});

it.each(FILES)('%s takes from the environment only what .env.example lists', (file) => {
  const used = [...read(file).matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
  expect(used.filter((name) => !documented.has(name))).toEqual([]);
});

it('gives our processes only settings that .env.example lists or that the sandbox reads', () => {
  const known = (name: string) => documented.has(name) || read('src/sandbox/main.ts').includes(`${name}:`);
  const given = [...own, ...Object.entries(SANDBOX)].flatMap(([, service]) =>
    Object.keys(service.environment ?? {}),
  );
  expect(given.length).toBeGreaterThan(8);
  expect(given.filter((name) => !known(name))).toEqual([]);
});

it('holds no secret in clear', () => {
  const secrets = all.flatMap(([, { environment }]) =>
    Object.entries(environment ?? {}).filter(([name]) => /PASSWORD|PWD|SECRET|KEY/.test(name)),
  );
  expect(secrets.length).toBeGreaterThanOrEqual(3);
  for (const [, value] of secrets) expect(value).toMatch(/^\$\{[A-Z_]+(:\?[^}]+)?\}$/);
});

it('publishes ports to this machine only', () => {
  const ports = all.flatMap(([, service]) => service.ports ?? []);
  expect(ports.length).toBeGreaterThanOrEqual(4);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  for (const name of ['postgresql', 'temporal']) expect(BASE[name]?.ports).toBeUndefined();
});

it('starts everything after what it needs', () => {
  const needs = (name: string) =>
    Object.entries(BASE[name]?.depends_on ?? {}).map(([other, { condition }]) => `${other} ${condition}`);
  expect(needs('temporal-schemas')).toEqual(['postgresql service_healthy']);
  expect(needs('temporal')).toEqual(['temporal-schemas service_completed_successfully']);
  expect(needs('temporal-namespace')).toEqual(['temporal service_healthy']);
  expect(needs('api')).toEqual(['temporal-namespace service_completed_successfully']);
  expect(needs('worker')).toEqual(['temporal-namespace service_completed_successfully']);
});

it('waits for the health only of services that have a health check', () => {
  const awaited = all.flatMap(([, { depends_on: needs }]) =>
    Object.entries(needs ?? {}).filter(([, { condition }]) => condition === 'service_healthy'),
  );
  expect(awaited.length).toBeGreaterThanOrEqual(3);
  for (const [name] of awaited) expect(BASE[name]?.healthcheck).toBeDefined();
});

it('checks the health of each of our own processes', () => {
  expect(own.map(([name]) => name).sort()).toEqual(['api', 'codec-server', 'sandbox', 'worker']);
  for (const [, service] of own)
    expect(service.healthcheck?.test.join(' ')).toMatch(/fetch\('http:\/\/localhost:\d+\//);
});

it('mounts files and starts programs that exist', () => {
  const mounted = all.flatMap(([, { volumes }]) => volumes ?? []).filter((volume) => volume.startsWith('./'));
  expect(mounted).toHaveLength(3);
  for (const volume of mounted) expect(existsSync(join(CHECKOUT, volume.split(':')[0] ?? ''))).toBe(true);
  for (const [, { command }] of own) {
    const source = command?.[0]?.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts') ?? '';
    expect(existsSync(join(CHECKOUT, source))).toBe(true);
  }
});

it('makes the search attributes that the code uses', () => {
  const script = read('deploy/create-namespace.sh');
  const made = [...script.matchAll(/--name (\w+) --type (\w+)/g)].map(([, name, type]) => `${name} ${type}`);
  const used = Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => `${name} ${type}`);
  expect(made.map((entry) => entry.toLowerCase()).sort()).toEqual(
    used.map((entry) => entry.toLowerCase()).sort(),
  );
});

it('lets the sandbox deliver callbacks: it shares the loopback of the api that it calls', () => {
  expect(SANDBOX['sandbox']?.network_mode).toBe('service:api');
  expect(SANDBOX['api']?.environment?.['HOLDFAST_PUBLIC_URL']).toBe('http://localhost:3000');
  expect(SANDBOX['worker']?.environment).toEqual(SANDBOX['api']?.environment);
});
