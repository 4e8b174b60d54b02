import { CheckoutCopy, type Outcome } from '../setup/checkout-copy';
import { readRegistration, register } from '../setup/apply-registration';
import { patience } from '../support/patience';

let copy: CheckoutCopy;
let compiled: Outcome;
let linted: Outcome;

beforeAll(async () => {
  copy = new CheckoutCopy();
  const { status, output } = copy.run('scripts/new-provider.mjs', 'acme-pay', 'Acme Pay');
  expect([status, output]).toEqual([0, expect.any(String)]);
  const registrations = readRegistration(output);
  expect(registrations.length).toBeGreaterThan(20);
  for (const registration of registrations) register(copy.path, registration);
  const code = output.split('\n').flatMap((line) => /^ {2}((src|test)\/\S+\.ts)$/.exec(line)?.[1] ?? []);
  [compiled, linted] = await Promise.all([
    // Types of the whole checkout, and code to run.
    copy.runBeside('node_modules/typescript/bin/tsc', '-p', '.', '--noEmit', 'false', '--outDir', 'out'),
    copy.runBeside('node_modules/eslint/bin/eslint.js', '--max-warnings', '0', ...code),
  ]);
}, patience(180_000));

afterAll(() => copy.remove());

it('compiles as it is, registered where the generator says', () => {
  expect(compiled).toEqual({ status: 0, output: '' });
});

it('passes lint', () => {
  expect(linted).toEqual({ status: 0, output: '' });
});

it('says of every unfilled function what is missing, at the adapter and at the stand-in', () => {
  const { status, output } = copy.run('-e', CALL_EVERYTHING);
  const said = output.trim().split('\n');
  expect([status, said]).toEqual([0, said.map(() => expect.stringContaining('not written yet: '))]);
  expect(said).toHaveLength(10);
  for (const name of ['findingOf', 'openingOf', 'readAcmePayWebhook', 'amountText', 'paymentSchema', '501'])
    expect(output).toContain(name);
});

it('is missing nowhere', () => {
  const { status, output } = jest('test/setup/registration.test.ts');
  if (status !== 0) throw new Error(output);
  expect(output).toContain('✓ acme-pay is registered everywhere');
});

it('has tests that fail until it is written, and say why', () => {
  const { status, output } = jest('/acme-pay', '--testPathIgnorePatterns', 'test/conformance');
  const failures = output.split(/^ {2}● /m).slice(1);
  expect(status).toBe(1);
  expect(failures.length).toBeGreaterThan(15);
  expect(failures.filter((failure) => !failure.includes('not written yet: '))).toEqual([]);
});

function jest(...args: string[]): Outcome {
  const options = ['--selectProjects', 'unit', '--verbose', '--testPathPatterns'];
  return copy.run('node_modules/jest/bin/jest.js', ...options, ...args);
}

/** Prints what each function that is still to be written says when it is called. */
const CALL_EVERYTHING = `
  const at = (path) => require('./out/src/' + path);
  const { amountText, minorUnitsOf, checkAmount } = at('providers/acme-pay/capabilities.js');
  const { AcmePayClient } = at('providers/acme-pay/client.js');
  const { findingOf, openingOf } = at('providers/acme-pay/mapping.js');
  const { paymentSchema } = at('providers/acme-pay/schemas.js');
  const { readAcmePayWebhook } = at('providers/acme-pay/webhook.js');
  const { startSandbox } = at('sandbox/server.js');
  const client = new AcmePayClient({ baseUrl: 'http://127.0.0.1:9', apiKey: 'k' });
  const say = (work) => Promise.resolve().then(work).then((done) => console.log('nothing', done), (error) => console.log(error.message));
  (async () => {
    for (const work of [
      () => amountText(1250, 'EUR'),
      () => minorUnitsOf('12.50', 'EUR'),
      () => checkAmount(1250, 'EUR'),
      () => client.createPayment({}),
      () => client.getPayment(null, 'pay1'),
      () => findingOf({}),
      () => openingOf({}, {}),
      () => paymentSchema.parse({}),
      () => readAcmePayWebhook({}),
    ]) await say(work);
    const sandbox = await startSandbox();
    const answer = await fetch(sandbox.url + '/acme-pay/payments', { method: 'POST', body: '{}' });
    console.log(answer.status, (await answer.json()).error.message);
    await sandbox.close();
  })();
`;
