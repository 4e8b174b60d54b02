import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKOUT, prepare } from './prepare.mjs';

const bin = (path) => [process.execPath, join(CHECKOUT, 'node_modules', path)];

/** Everything that is right or wrong without running our code. */
const CHECKS = [
  { name: 'types', command: [...bin('typescript/bin/tsc'), '-p', '.', '--noEmit'] },
  { name: 'lint and import rules', command: [...bin('eslint/bin/eslint.js'), '--max-warnings', '0', '.'] },
  { name: 'format', command: [...bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  {
    name: 'lock file',
    command: [process.execPath, join(CHECKOUT, 'scripts/complete-lock-file.mjs'), '--check'],
  },
  { name: 'dead code', command: [...bin('knip/bin/knip.js'), '--no-progress'] },
  { name: 'docs', command: [process.execPath, join(CHECKOUT, 'scripts/check-docs.mjs')] },
];

/**
 * Runs all checks, also after one failed.
 * @returns {{passed: number, failed: number}}
 */
export function runChecks() {
  const count = { passed: 0, failed: 0 };
  for (const { name, command } of CHECKS) {
    const started = Date.now();
    const [program, ...args] = command;
    const { status } = spawnSync(program, args, { cwd: CHECKOUT, stdio: ['ignore', 'inherit', 'inherit'] });
    const passed = status === 0;
    count[passed ? 'passed' : 'failed'] += 1;
    console.log(`${passed ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  }
  return count;
}

async function main() {
  await prepare(['dependencies']);
  process.exitCode = runChecks().failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
