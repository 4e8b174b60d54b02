import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { patience } from '../support/patience';

it(
  'npm test fails when no test ran, and says so in its last line',
  () => {
    const { status, stdout } = spawnSync(process.execPath, ['scripts/test.mjs', 'test/no-such-folder'], {
      cwd: join(__dirname, '../..'),
      encoding: 'utf8',
    });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 0 failed');
    expect(status).toBe(1);
  },
  patience(60_000),
);
