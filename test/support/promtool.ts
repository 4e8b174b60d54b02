import { spawnSync } from 'node:child_process';
import { prepared } from './prepared';

/** Path of promtool; `npm test` names it, else it is looked for (and got) as `npm test` does. */
function promtoolPath(): string {
  return (process.env.PROMTOOL_PATH ||= prepared('promtool').PROMTOOL_PATH);
}

/** Runs promtool and tells its exit code and all that it printed. */
export function promtool(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(promtoolPath(), args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}
