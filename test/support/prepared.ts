import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What a step of `scripts/prepare.mjs` tells: where a program is, or why one that can be done without is not there. */
interface Prepared {
  'temporal-cli': { TEMPORAL_CLI_PATH: string };
  'test-server': { TEMPORAL_TEST_SERVER_PATH: string };
  promtool: { PROMTOOL_PATH: string };
  chromium: { CHROMIUM_PATH: string } | { CHROMIUM_ABSENCE: string };
}

/** Runs one step as `npm test` does. */
export function prepared<Step extends keyof Prepared>(step: Step): Prepared[Step] {
  const script = join(__dirname, '../../scripts/prepare.mjs');
  const output = execFileSync(process.execPath, [script, step, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output.toString()) as Prepared[Step];
}
