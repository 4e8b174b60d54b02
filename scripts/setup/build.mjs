import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

/** Compiles src to dist; only what changed since the last time. */
export async function build(checkout) {
  const compiler = join(checkout, 'node_modules/typescript/bin/tsc');
  await runCommand(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: checkout });
}
