import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './cache-directory.mjs';
import { withFileLock } from './file-lock.mjs';
import { runCommand } from './run-command.mjs';

/** Debian's package of Prometheus; promtool is one program in it. */
const PACKAGE = 'prometheus';

/**
 * Finds or gets promtool, which checks and tests the alert rules.
 * @param {(detail: string) => void} report
 * @returns {Promise<string>} its path
 * @throws {Error} that says what was tried and what to install
 */
export async function resolvePromtool(report) {
  const named = process.env.PROMTOOL_PATH;
  if (named) return checkNamed(named);
  const onPath = await whyUnusable('promtool');
  if (onPath === null) return 'promtool';
  const target = cacheDirectory('promtool', 'promtool');
  if (existsSync(target)) return target;
  return withFileLock(
    `${dirname(target)}.lock`,
    () => (existsSync(target) ? target : fromDebian(target, onPath, report)),
    ({ pid }) => report(`process ${pid} is getting it; waiting`),
  );
}

async function checkNamed(path) {
  const reason = await whyUnusable(path);
  if (reason === null) return path;
  throw new Error(`PROMTOOL_PATH names ${path}, which is not usable: ${reason}. Correct or unset it.`);
}

/** Null when this program is promtool. */
async function whyUnusable(program) {
  try {
    const text = await runCommand(program, ['--version'], { timeoutMs: 30_000 });
    return /^promtool, version \d/m.test(text) ? null : 'it does not say that it is promtool';
  } catch (error) {
    return error.message;
  }
}

/** Takes promtool out of Debian's package. Nothing is installed, so nobody has to be root. */
async function fromDebian(target, onPath, report) {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), '.package-'));
  try {
    await download(work, report);
    const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
    await runCommand('dpkg-deb', ['-x', join(work, archive), join(work, 'files')]);
    const program = join(work, 'files/usr/bin/promtool');
    const reason = await whyUnusable(program);
    if (reason !== null) throw new Error(reason);
    renameSync(program, target);
    return target;
  } catch (error) {
    const failures = [`promtool on PATH: ${onPath}`, `package ${PACKAGE} of Debian: ${error.message}`];
    throw new Error(instructions(failures), { cause: error });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** From the machine's own lists of packages; where they are missing or old, from lists that are fetched for this alone. */
async function download(folder, report) {
  const apt = (args, what) => {
    report(what);
    return runCommand('apt-get', ['-q', ...args], {
      cwd: folder,
      timeoutMs: 10 * 60_000,
      onLine: (line) => report(`${what}: ${line}`),
    });
  };
  const what = 'apt-get download (about 20 MB, once)';
  try {
    await apt(['download', PACKAGE], what);
  } catch (error) {
    if (error.missing) throw error;
    for (const part of ['lists/partial', 'archives/partial'])
      mkdirSync(join(folder, part), { recursive: true });
    const own = ['-o', `Dir::State::lists=${join(folder, 'lists')}`, '-o', `Dir::Cache=${folder}`];
    await apt([...own, 'update'], 'apt-get update');
    await apt([...own, 'download', PACKAGE], what);
  }
}

function instructions(failures) {
  return [
    'No promtool could be found or got, so the alert rules cannot be tested. Do one of these and run the command again:',
    '  - install Prometheus (Debian: apt-get install prometheus; on a Mac: brew install prometheus)',
    '  - set PROMTOOL_PATH to a promtool (https://prometheus.io/download)',
    'What was tried:',
    ...failures.map((failure) => `  - ${failure.replaceAll('\n', '\n    ')}`),
  ].join('\n');
}
