import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CHECKOUT, prepare } from './prepare.mjs';

/** The harness is a test, so it is not among the compiled programs: Node compiles it as it loads it. */
async function main() {
  const environment = await prepare(['dependencies', 'build', 'temporal-cli']);
  const loader = join(CHECKOUT, 'scripts/setup/typescript-loader.cjs');
  const harness = join(CHECKOUT, 'test/chaos/main.ts');
  const command = ['--enable-source-maps', '--require', loader, harness, ...process.argv.slice(2)];
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(signal ? 1 : code));
  });
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
