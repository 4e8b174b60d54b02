import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readRegistration, register } from './apply-registration';

const CHECKOUT = join(__dirname, '../..');
/** Two slow cores compile everything, with other tests beside it. */
const COMPILING_MS = 120_000;

let copy: string;

/** What a commit would hold, without what only the other tests read. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'holdfast-new-provider-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: CHECKOUT,
    encoding: 'utf8',
  });
  for (const path of listed
    .split('\0')
    .filter((each) => each && !each.startsWith('test/replay/histories/'))) {
    if (!existsSync(join(CHECKOUT, path))) continue;
    mkdirSync(join(copy, dirname(path)), { recursive: true });
    copyFileSync(join(CHECKOUT, path), join(copy, path));
  }
  symlinkSync(join(CHECKOUT, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(copy, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const newProvider = (...args: string[]) => run('scripts/new-provider.mjs', ...args);

it.each([
  ['Acme', 'lower-case letters and digits'],
  ['acme_pay', 'lower-case letters and digits'],
  ['acme-', 'lower-case letters and digits'],
  ['../acme', 'lower-case letters and digits'],
  ['ab', 'it has 3 to 32 characters'],
  ['default', 'it is a reserved word'],
  ['temporal-pay', 'variables named TEMPORAL_… mean something else'],
  ['pomelo', 'src/providers/pomelo/client.ts'],
  ['droppay-pos', 'src/workflows/droppay-pos.ts'],
  ['payment', 'src/workflows/payment.ts'],
])('refuses the id %s and says why', (id, reason) => {
  const before = execFileSync('find', ['src', 'test', 'docs'], { cwd: copy, encoding: 'utf8' });
  const { status, output } = newProvider(id);
  expect([status, output]).toEqual([1, expect.stringContaining(reason)]);
  expect(execFileSync('find', ['src', 'test', 'docs'], { cwd: copy, encoding: 'utf8' })).toBe(before);
});

it('says how it is called', () => {
  expect(newProvider().output).toContain('usage: npm run new-provider -- <id>');
  expect(newProvider('acme-pay', "it's").output).toContain('cannot be a name');
});

describe('a new provider', () => {
  let printed: string;
  let compiled: ReturnType<typeof run>;
  beforeAll(() => {
    const { status, output } = newProvider('acme-pay', 'Acme Pay');
    expect([status, output]).toEqual([0, expect.any(String)]);
    printed = output;
    for (const registration of readRegistration(printed)) register(copy, registration);
    // Types of the whole checkout, and code to run.
    compiled = run('node_modules/typescript/bin/tsc', '-p', '.', '--noEmit', 'false', '--outDir', 'out');
  }, COMPILING_MS);

  it('compiles as it is, registered where the generator says', () => {
    expect(compiled).toEqual({ status: 0, output: '' });
    expect(existsSync(join(copy, 'test/conformance/acme-pay.test.ts'))).toBe(true);
  });

  it('is formatted, and free of names of the templates', () => {
    const made = readMade();
    expect(made.length).toBeGreaterThan(20);
    expect(run('node_modules/prettier/bin/prettier.cjs', '--check', ...made)).toMatchObject({ status: 0 });
    for (const path of made) {
      expect([path, readFileSync(join(copy, path), 'utf8')]).toEqual([
        path,
        expect.not.stringMatching(/\$(id|Name|camel|Pascal|CONSTANT)\$|__id__/),
      ]);
    }
  });

  it(
    'passes lint',
    () => {
      const code = readMade().filter((path) => path.endsWith('.ts'));
      expect(run('node_modules/eslint/bin/eslint.js', '--max-warnings', '0', ...code)).toEqual({
        status: 0,
        output: '',
      });
    },
    COMPILING_MS,
  );

  it('says of every unfilled function what is missing, at the adapter and at the stand-in', () => {
    const { status, output } = run('-e', CALL_EVERYTHING);
    const said = output.trim().split('\n');
    expect([status, said]).toEqual([0, said.map(() => expect.stringContaining('not written yet: '))]);
    expect(said).toHaveLength(10);
    for (const name of ['findingOf', 'openingOf', 'readAcmePayWebhook', 'amountText', 'paymentSchema', '501'])
      expect(output).toContain(name);
  });

  it(
    'is missing nowhere',
    () => {
      const { status, output } = jestIn('test/setup/registration.test.ts');
      expect([status, output]).toEqual([0, expect.stringContaining('acme-pay is registered everywhere')]);
    },
    COMPILING_MS,
  );

  it(
    'has tests that fail until it is written, and say why',
    () => {
      const { status, output } = jestIn('/acme-pay', '--testPathIgnorePatterns', 'test/conformance');
      const failures = output.split(/^ {2}● /m).slice(1);
      expect(status).toBe(1);
      expect(failures.length).toBeGreaterThan(15);
      expect(failures.filter((failure) => !failure.includes('not written yet: '))).toEqual([]);
    },
    COMPILING_MS,
  );

  it('cannot be made twice', () => {
    const { status, output } = newProvider('acme-pay');
    expect([status, output]).toEqual([1, expect.stringContaining('exist already')]);
  });

  function jestIn(...args: string[]) {
    return run(
      'node_modules/jest/bin/jest.js',
      '--selectProjects',
      'unit',
      '--verbose',
      '--testPathPatterns',
      ...args,
    );
  }

  function readMade(): string[] {
    return printed.split('\n').flatMap((line) => /^ {2}([\w-]+\/\S+)$/.exec(line)?.[1] ?? []);
  }
});

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
