import { prepare } from './prepare.mjs';
import { runTool } from './setup/run-program.mjs';

try {
  const environment = await prepare(['dependencies', 'build', 'temporal-cli']);
  await runTool('test/chaos/main.ts', process.argv.slice(2), environment);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
