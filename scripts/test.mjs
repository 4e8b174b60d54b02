import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { CHECKOUT, prepare } from './prepare.mjs';
import { withoutForeignSettings } from './setup/foreign-settings.mjs';

/**
 * Tests that start whole processes have the machine to themselves. Jest's own process runs none (the memory limit of its
 * workers sees to that): one that did was seen not to end with no JavaScript left in it; Temporal's native part is the suspect.
 */
const SERIAL = ['e2e'];
const PARALLEL = ['unit', 'story', 'replay', 'simulation', 'integration'];
const EXIT_PATIENCE_MS = 30_000;
const WORKERS = Math.max(2, availableParallelism() - 1);

async function main(args) {
  const steps = ['dependencies', 'build', 'temporal-cli', 'test-server', 'chromium', 'promtool'];
  const environment = { ...withoutForeignSettings(process.env), ...(await prepare(steps)) };
  const counts = [];
  // Arguments choose tests: whoever gives them wants those and nothing else.
  if (args.length === 0) counts.push(runChecks());
  for (const selection of selections(args)) counts.push(await runJest([...selection, ...args], environment));
  return counts;
}

function selections(args) {
  if (args.includes('--selectProjects')) return [['--maxWorkers', String(WORKERS)]];
  return [
    ['--maxWorkers', String(WORKERS), '--selectProjects', ...PARALLEL, '--'],
    ['--maxWorkers', '1', '--selectProjects', ...SERIAL, '--'],
  ];
}

async function runJest(args, environment) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tests-'));
  const report = join(folder, 'report.json');
  const jest = join(CHECKOUT, 'node_modules/jest/bin/jest.js');
  const options = ['--passWithNoTests', '--json', '--outputFile', report];
  try {
    const succeeded = await run([jest, ...options, ...args], environment, report);
    return countsOf(report, succeeded);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * True when Jest ended well. Once its report is written it has seconds to end: a test that left something running would
 * keep it for ever.
 */
function run(args, environment, report) {
  return new Promise((resolve) => {
    // Its report goes to the file and its progress to stderr; stdout repeats neither.
    const stdio = ['ignore', 'inherit', 'inherit'];
    const child = spawn(process.execPath, args, { cwd: CHECKOUT, env: environment, stdio });
    const watch = setInterval(() => {
      if (!existsSync(report) || Date.now() - statSync(report).mtimeMs < EXIT_PATIENCE_MS) return;
      console.error(
        'Jest did not end: a test left something running (npx jest --detectOpenHandles names it).',
      );
      child.kill('SIGKILL');
    }, 1_000);
    child.once('close', (code) => {
      clearInterval(watch);
      resolve(code === 0);
    });
  });
}

/** A file that did not load and a run that did not finish have no failed test to show for it: each counts as one. */
function countsOf(report, succeeded) {
  const result = readReport(report);
  if (!result) return { passed: 0, failed: 1 };
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && !succeeded ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function summarize(counts) {
  const sum = (key) => counts.reduce((total, count) => total + (count[key] ?? 0), 0);
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}

main(process.argv.slice(2)).then(summarize, (error) => {
  console.error(error.message);
  summarize([{ passed: 0, failed: 1 }]);
});
