import { prepareToRun } from './prepare.mjs';
import { runProgram } from './setup/run-program.mjs';

try {
  await runProgram('local/cli.js', ['start', ...process.argv.slice(2)], await prepareToRun());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
