import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Path of the Temporal CLI; `npm test` names it, else it is looked for (and got) as `npm test` does. */
export function temporalCliPath(): string {
  return (process.env.TEMPORAL_CLI_PATH ||= prepared('temporal-cli').TEMPORAL_CLI_PATH);
}

/** Path of the time-skipping test server: a command that takes a port. */
export function testServerPath(): string {
  return (process.env.TEMPORAL_TEST_SERVER_PATH ||= prepared('test-server').TEMPORAL_TEST_SERVER_PATH);
}

interface Prepared {
  'temporal-cli': { TEMPORAL_CLI_PATH: string };
  'test-server': { TEMPORAL_TEST_SERVER_PATH: string };
}

function prepared<Step extends keyof Prepared>(step: Step): Prepared[Step] {
  const script = join(__dirname, '../../scripts/prepare.mjs');
  const output = execFileSync(process.execPath, [script, step, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output.toString()) as Prepared[Step];
}
