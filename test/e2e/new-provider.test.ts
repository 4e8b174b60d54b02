import { CheckoutCopy, type Outcome } from '../setup/checkout-copy';
import { readRegistration, register } from '../setup/apply-registration';

/** One provider of each shape, and what a person who made it would see missing. */
const MADE = {
  'acme-pay': { name: 'Acme Pay', shape: 'hosted-page', unwritten: 9 },
  'acme-form': { name: 'Acme Form', shape: 'form', unwritten: 10 },
  'acme-hold': { name: 'Acme Hold', shape: 'reserve-and-capture', unwritten: 12 },
} as const;
const IDS = Object.keys(MADE) as (keyof typeof MADE)[];

// Compiling and linting all of it, and starting Jest in it, is slow where other things run too.
jest.setTimeout(600_000);

let copy: CheckoutCopy;
let compiled: Outcome;
let linted: Outcome;
let formatted: Outcome;

beforeAll(async () => {
  copy = new CheckoutCopy();
  const code = IDS.flatMap(made);
  [compiled, linted, formatted] = await Promise.all([
    // Types of the whole checkout, and code to run.
    copy.runBeside('node_modules/typescript/bin/tsc', '-p', '.', '--noEmit', 'false', '--outDir', 'out'),
    copy.runBeside('node_modules/eslint/bin/eslint.js', '--max-warnings', '0', ...code),
    // Also says whether what was pasted is YAML still.
    copy.runBeside('node_modules/prettier/bin/prettier.cjs', '--check', 'docker-compose.sandbox.yml'),
  ]);
});

afterAll(() => copy.remove());

it('compiles as it is, registered where the generator says', () => {
  expect(compiled).toEqual({ status: 0, output: '' });
});

it('passes lint', () => {
  expect(linted).toEqual({ status: 0, output: '' });
});

it('leaves the settings of Docker Compose in order', () => {
  expect(formatted).toMatchObject({ status: 0 });
});

it.each(IDS)(
  '%s says of every unfilled function what is missing, at the adapter and at the stand-in',
  (id) => {
    const { name, unwritten } = MADE[id];
    const { status, output } = copy.run('-e', CALL_EVERYTHING, id, name.replace(' ', ''));
    const said = output.trim().split('\n');
    expect([status, said]).toEqual([0, said.map(() => expect.stringContaining('not written yet: '))]);
    expect(said).toHaveLength(unwritten);
    for (const named of ['findingOf', 'openingOf', 'Webhook', 'amountText', 'paymentSchema', '501'])
      expect(output).toContain(named);
  },
);

it('is missing nowhere', () => {
  const { status, output } = runJest(
    'test/setup/registration.test.ts',
    'test/companies/every-provider.test.ts',
  );
  if (status !== 0) throw new Error(output);
  for (const id of IDS) expect(output).toContain(`✓ ${id} is registered everywhere`);
});

it('has tests that fail until it is written, and say why', () => {
  const { status, output } = runJest('/acme-', '--testPathIgnorePatterns', 'test/conformance');
  const failures = output.split(/^ {2}● /m).slice(1);
  expect(status).toBe(1);
  expect(failures.length).toBeGreaterThan(50);
  expect(failures.filter((failure) => !failure.includes('not written yet: '))).toEqual([]);
});

/** Makes a provider and registers it; the paths of its code. */
function made(id: keyof typeof MADE): string[] {
  const { name, shape } = MADE[id];
  const { status, output } = copy.run('scripts/new-provider.mjs', id, name, '--shape', shape);
  expect([status, output]).toEqual([0, expect.any(String)]);
  const registrations = readRegistration(output);
  expect(registrations.length).toBeGreaterThan(20);
  for (const registration of registrations) register(copy.path, registration);
  return output.split('\n').flatMap((line) => /^ {2}((src|test)\/\S+\.ts)$/.exec(line)?.[1] ?? []);
}

function runJest(...args: string[]): Outcome {
  const options = ['--selectProjects', 'unit', '--verbose', '--testPathPatterns'];
  return copy.run('node_modules/jest/bin/jest.js', ...options, ...args);
}

/** Prints what each function that is still to be written says when it is called. Arguments: id, and its name as a type. */
const CALL_EVERYTHING = `
  const [id, Name] = process.argv.slice(1);
  const at = (path) => require('./out/src/' + path);
  const { amountText, minorUnitsOf } = at('providers/' + id + '/amounts.js');
  const Client = at('providers/' + id + '/client.js')[Name + 'Client'];
  const { findingOf, openingOf } = at('providers/' + id + '/mapping.js');
  const { paymentSchema } = at('providers/' + id + '/schemas.js');
  const webhook = at('providers/' + id + '/webhook.js');
  const { startSandbox } = at('sandbox/server.js');
  const client = new Client({ baseUrl: 'http://127.0.0.1:9', clientId: 'i', clientSecret: 's' });
  const say = (work) => Promise.resolve().then(work).then((done) => console.log('nothing', done), (error) => console.log(error.message));
  const find = webhook['find' + Name + 'Payment'];
  (async () => {
    for (const work of [
      () => amountText(1250, 'EUR'),
      () => minorUnitsOf('12.50', 'EUR'),
      () => client.createPayment({}),
      () => client.getPayment(null, 'pay1'),
      ...(client.capturePayment ? [() => client.capturePayment({})] : []),
      ...(client.voidPayment ? [() => client.voidPayment(null, 'pay1')] : []),
      () => findingOf({}),
      () => openingOf({}, {}),
      () => paymentSchema.parse({}),
      () => webhook['read' + Name + 'Webhook']({}),
      ...(find ? [() => find({}, {})] : []),
    ]) await say(work);
    const sandbox = await startSandbox();
    const answer = await fetch(sandbox.url + '/' + id + '/payments', { method: 'POST', body: '{}' });
    console.log(answer.status, (await answer.json()).error.message);
    await sandbox.close();
  })();
`;
