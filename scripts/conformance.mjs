import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CHECKOUT, prepare } from './prepare.mjs';

const MARKS = { passed: '✓', failed: '✗', pending: '–' };

/** Runs the conformance suite and prints which provider passes which case, and why a case does not apply. */
async function main() {
  const servers = await prepare(['dependencies', 'build', 'temporal-cli']);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-conformance-'));
  const report = join(folder, 'report.json');
  const jest = join(CHECKOUT, 'node_modules/jest/bin/jest.js');
  const suites = ['test/conformance', 'test/e2e/killed-during-calls'];
  const options = [
    '--selectProjects',
    'integration',
    'e2e',
    '--json',
    '--outputFile',
    report,
    '--',
    ...suites,
  ];
  const stdio = ['ignore', 'ignore', 'inherit'];
  const { status } = spawnSync(process.execPath, [jest, ...options], {
    cwd: CHECKOUT,
    env: { ...process.env, ...servers },
    stdio,
  });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true });
  print(matrixOf(testResults));
  process.exitCode = status ?? 1;
}

/**
 * Provider → case → {mark, reason}. A file is about the provider of its name, or names providers in its blocks. Calls
 * have other names at every provider: the matrix names what they do.
 */
function matrixOf(testResults) {
  const matrix = new Map();
  for (const { name: file, assertionResults } of testResults) {
    for (const { title, status, ancestorTitles } of assertionResults) {
      const provider = ancestorTitles.at(-1) ?? basename(file, '.test.ts');
      const [name, reason] = title.split(' — skipped: ');
      if (!matrix.has(provider)) matrix.set(provider, new Map());
      matrix.get(provider).set(name, { mark: MARKS[status] ?? '?', reason });
    }
  }
  return matrix;
}

function print(matrix) {
  const providers = [...matrix.keys()].sort();
  const cases = [...new Set([...matrix.values()].flatMap((each) => [...each.keys()]))];
  const width = Math.max(...cases.map((name) => name.length));
  console.log(`${' '.repeat(width)}  ${providers.join('  ')}`);
  for (const name of cases) {
    const marks = providers.map((provider) =>
      (matrix.get(provider)?.get(name)?.mark ?? ' ').padEnd(provider.length),
    );
    console.log(`${name.padEnd(width)}  ${marks.join('  ')}`);
  }
  console.log('\nSkipped:');
  for (const provider of providers) {
    for (const [name, { reason }] of matrix.get(provider) ?? []) {
      if (reason) console.log(`  ${provider}: ${name}: ${reason}`);
    }
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
