import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CHECKOUT, prepare } from './prepare.mjs';

try {
  const environment = await prepare(['dependencies', 'build', 'temporal-cli']);
  const hook = join(CHECKOUT, 'scripts/setup/typescript-hook.cjs');
  const options = ['--enable-source-maps', '--require', hook, join(CHECKOUT, 'bench/load.ts')];
  const child = spawn(process.execPath, [...options, ...process.argv.slice(2)], {
    cwd: CHECKOUT,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(signal ? 1 : code));
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
