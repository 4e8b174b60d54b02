import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CheckoutCopy } from './checkout-copy';
import { patience } from '../support/patience';

let copy: CheckoutCopy;

beforeAll(() => {
  copy = new CheckoutCopy();
}, patience(30_000));

afterAll(() => copy.remove());

const newProvider = (...args: string[]) => copy.run('scripts/new-provider.mjs', ...args);
const files = () => execFileSync('find', ['src', 'test', 'docs'], { cwd: copy.path, encoding: 'utf8' });

it.each([
  ['Acme', 'lower-case letters and digits'],
  ['acme_pay', 'lower-case letters and digits'],
  ['acme-', 'lower-case letters and digits'],
  ['../acme', 'lower-case letters and digits'],
  ['ab', 'it has 3 to 32 characters'],
  ['default', 'it is a reserved word'],
  ['temporal-pay', 'variables named TEMPORAL_… mean something else'],
  ['pomelo', 'src/providers/pomelo/client.ts'],
  ['droppay-pos', 'src/workflows/stories/droppay-pos.ts'],
])('refuses the id %s and says why', (id, reason) => {
  const before = files();
  const { status, output } = newProvider(id);
  expect([status, output]).toEqual([1, expect.stringContaining(reason)]);
  expect(files()).toBe(before);
});

it('says how it is called', () => {
  expect(newProvider()).toEqual({
    status: 1,
    output: expect.stringContaining('usage: npm run new-provider'),
  });
  expect(newProvider('acme-pay', '--shape', 'square')).toEqual({
    status: 1,
    output: expect.stringContaining('--shape hosted-page|form|reserve-and-capture'),
  });
  expect(newProvider('acme-pay', "it's")).toEqual({
    status: 1,
    output: expect.stringContaining('cannot be a name'),
  });
});

it('says what is wrong with an id before anything is installed', () => {
  const installed = join(copy.path, 'node_modules');
  const target = readlinkSync(installed);
  rmSync(installed);
  const { status, output } = newProvider('Acme');
  symlinkSync(target, installed);
  expect([status, output]).toEqual([1, expect.stringContaining('lower-case letters')]);
  expect(output).not.toContain('Dependencies');
});

// test/e2e/new-provider.test.ts compiles, lints and runs what is made.
it.each([
  ['acme-pay', 'hosted-page'],
  ['acme-form', 'form'],
  ['acme-hold', 'reserve-and-capture'],
])(
  'makes formatted files for %s, once, free of what the templates are written with',
  (id, shape) => {
    const { status, output } = newProvider(id, 'Acme', '--shape', shape);
    expect([status, output]).toEqual([0, expect.stringContaining('Made for Acme')]);
    const made = output.split('\n').flatMap((line) => /^ {2}([\w-]+\/\S+)$/.exec(line)?.[1] ?? []);
    expect(made).toEqual(
      expect.arrayContaining([
        `src/providers/${id}/index.ts`,
        `src/sandbox/${id}/company.ts`,
        `docs/providers/${id}.md`,
        `test/companies/${id}.ts`,
        `test/simulation/companies/${id}.ts`,
        `test/conformance/${id}.test.ts`,
      ]),
    );
    for (const path of made) {
      const text = readFileSync(join(copy.path, path), 'utf8');
      expect([path, text]).toEqual([
        path,
        expect.not.stringMatching(/\$(id|Name|camel|Pascal|CONSTANT)\$|__id__|\/\/: /),
      ]);
    }
    expect(copy.run('node_modules/prettier/bin/prettier.cjs', '--check', ...made)).toMatchObject({
      status: 0,
    });
    expect(made.includes(`src/providers/${id}/form.ts`)).toBe(shape === 'form');
    const again = newProvider(id);
    expect([again.status, again.output]).toEqual([1, expect.stringContaining('exist already')]);
  },
  120_000,
);
