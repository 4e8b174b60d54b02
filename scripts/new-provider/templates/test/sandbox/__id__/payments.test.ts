import { SANDBOX_CREDENTIALS } from '../../../src/sandbox/$id$/accounts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server';
import { http } from '../sandbox-client';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ allowLoopbackHttpWebhooks: true });
});
afterAll(() => sandbox.close());

const control = (method: string, path: string, body?: unknown) =>
  http(method, `${sandbox.url}/control/$id$${path}`, body);

/** Asks for 12.50 EUR the way docs/providers/$id$.md §3.1 shows it, with SANDBOX_CREDENTIALS. */
const create = (reference: string) =>
  http('POST', `${sandbox.url}/$id$/payments`, { ...SANDBOX_CREDENTIALS, reference });

test('keeps accounts apart by their key', async () => {
  expect((await control('POST', '/accounts', { apiKey: 'another' })).status).toBe(201);
  expect((await control('POST', '/accounts', { apiKey: 'another' })).status).toBe(409);
});

test.each([
  ['approve', 1],
  ['decline', 0],
  ['expire', 0],
])('after %s the ledger holds %i charge(s)', async (act, charges) => {
  const reference = `pay${act}`;
  const created = await create(reference);
  expect([created.status, created.text]).toEqual([200, expect.any(String)]);
  const acted = await control('POST', `/payments/${reference}/${act}`);
  expect([acted.status, acted.text]).toEqual([200, expect.any(String)]);
  const { body } = await control('GET', `/ledger?reference=${reference}`);
  expect(body.payments).toHaveLength(1);
  expect(body.charges).toHaveLength(charges);
});
