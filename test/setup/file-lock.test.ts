import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

const LOCK_MODULE = join(__dirname, '../../scripts/setup/file-lock.mjs');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-lock-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Another process that runs `work` under the lock. `path` and `say` are at its hand. */
function underLock(work: string): ChildProcess {
  const script = `
    import { withFileLock } from ${JSON.stringify(LOCK_MODULE)};
    import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
    import { setTimeout as delay } from 'node:timers/promises';
    const folder = ${JSON.stringify(folder)};
    const say = (text) => process.stdout.write(text + '\\n');
    await withFileLock(folder + '/lock', async () => { ${work} }, ({ pid }) => say('waiting for ' + pid))
      .catch(() => (process.exitCode = 7));
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const exit = async (child: ChildProcess) => ((await once(child, 'exit')) as [number])[0];

function says(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk) => String(chunk).includes(text) && resolve());
  });
}

it('lets one at a time do the work, however many start together', async () => {
  writeFileSync(join(folder, 'count'), '0');
  const increment = `
    const before = Number(readFileSync(folder + '/count', 'utf8'));
    await delay(20);
    writeFileSync(folder + '/count', String(before + 1));
  `;
  const children = Array.from({ length: 6 }, () => underLock(increment));
  expect(await Promise.all(children.map(exit))).toEqual([0, 0, 0, 0, 0, 0]);
  expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('6');
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

it('says whom it waits for, and goes on when that one is done', async () => {
  const first = underLock(`say('inside'); while (!readFileSync(folder + '/go', 'utf8')) await delay(10);`);
  writeFileSync(join(folder, 'go'), '');
  await says(first, 'inside');
  const second = underLock('');
  await says(second, `waiting for ${first.pid}`);
  writeFileSync(join(folder, 'go'), 'yes');
  expect(await Promise.all([exit(first), exit(second)])).toEqual([0, 0]);
});

it('takes over from an owner that was killed, and only one of many does', async () => {
  const killed = underLock(`say('inside'); await delay(60_000);`);
  await says(killed, 'inside');
  killed.kill('SIGKILL');
  await exit(killed);
  expect(existsSync(join(folder, 'lock'))).toBe(true);
  writeFileSync(join(folder, 'inside'), '');
  const alone = `
    if (readFileSync(folder + '/inside', 'utf8')) throw new Error('two at once');
    writeFileSync(folder + '/inside', 'x');
    await delay(20);
    writeFileSync(folder + '/inside', '');
  `;
  expect(await Promise.all(Array.from({ length: 5 }, () => exit(underLock(alone))))).toEqual([0, 0, 0, 0, 0]);
});

it('gives the lock back when the work fails', async () => {
  const child = underLock(`throw new Error('failed');`);
  expect(await exit(child)).toBe(7);
  expect(await exit(underLock(''))).toBe(0);
});

it('does not take a living owner for dead because it is on another machine', async () => {
  const foreign = { pid: 999_999_999, host: `not-${hostname()}`, id: 'x' };
  writeFileSync(join(folder, 'lock'), JSON.stringify(foreign));
  const child = underLock(`say('inside')`);
  await says(child, 'waiting for 999999999');
  rmSync(join(folder, 'lock'));
  expect(await exit(child)).toBe(0);
});
