import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CHECKOUT } from '../prepare.mjs';

/**
 * Hands over to a compiled program of ours: its output is our output, its exit code ours. It alone decides what a
 * signal means: the terminal's Ctrl-C reaches it by itself, the others are passed on.
 */
export async function runProgram(script, args, environment) {
  const command = ['--enable-source-maps', join(CHECKOUT, 'dist', script), ...args];
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
