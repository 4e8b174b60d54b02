import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CHECKOUT } from '../prepare.mjs';

/** Hands over to a compiled program of ours. */
export function runProgram(script, args, environment) {
  return handOver([join(CHECKOUT, 'dist', script), ...args], environment);
}

/** The same with a tool that is no part of the product: Node compiles it as it loads it. */
export function runTool(script, args, environment) {
  const loader = join(CHECKOUT, 'scripts/setup/typescript-loader.cjs');
  return handOver(['--require', loader, join(CHECKOUT, script), ...args], environment);
}

/**
 * Its output is our output, its exit code ours. It alone decides what a signal means: the terminal's Ctrl-C reaches it by itself,
 * the others are passed on.
 */
async function handOver(command, environment) {
  const child = spawn(process.execPath, ['--enable-source-maps', ...command], {
    cwd: CHECKOUT,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(signal ? 1 : code));
  });
}
