import { SANDBOX_CREDENTIALS } from '../../../src/sandbox/$id$/accounts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server';
import { type Answer, http } from '../sandbox-client';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ allowLoopbackHttpWebhooks: true });
});
afterAll(() => sandbox.close());

const control = (method: string, path: string, body?: unknown) =>
  http(method, `${sandbox.url}/control/$id$${path}`, body);

/** Fails with the stand-in's own words. */
async function right(answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer;
}

/** Asks for 12.50 EUR the way docs/providers/$id$.md §3.1 shows it, with SANDBOX_CREDENTIALS. */
const create = (reference: string) =>
  right(http('POST', `${sandbox.url}/$id$/payments`, { ...SANDBOX_CREDENTIALS, reference }));

test('keeps accounts apart by their id', async () => {
  const account = { clientId: 'another', clientSecret: 'secret' };
  expect((await control('POST', '/accounts', account)).status).toBe(201);
  expect((await control('POST', '/accounts', account)).status).toBe(409);
});

test.each([
  //: hosted-page
  ['approve', 1],
  //: form reserve-and-capture
  // The payer agrees; only a capture takes money.
  ['approve', 0],
  //: all
  ['decline', 0],
  ['expire', 0],
])('after %s the ledger holds %i charge(s)', async (act, charges) => {
  const reference = `pay${act}`;
  await create(reference);
  await right(control('POST', `/payments/${reference}/${act}`));
  const { body } = await control('GET', `/ledger?reference=${reference}`);
  expect(body.payments).toHaveLength(1);
  expect(body.charges).toHaveLength(charges);
});
