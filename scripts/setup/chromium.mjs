import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { cacheDirectory } from './cache-directory.mjs';
import { withFileLock } from './file-lock.mjs';
import { runCommand } from './run-command.mjs';
import { Unobtainable } from './unobtainable.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** Without a font of its own a bare machine shows every letter as a box. */
const PACKAGES = ['chromium', 'fonts-liberation'];
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/**
 * Finds or gets the Chromium that the tests of the checkout pages run in.
 * @param {(detail: string) => void} report
 * @returns {Promise<string>} its path
 * @throws {Unobtainable} when there is none to be had; an Error when CHROMIUM_PATH names something else
 */
export async function resolveChromium(report) {
  const named = process.env.CHROMIUM_PATH;
  if (named) return checkNamed(named);
  const failures = [];
  const found = await findOnPath(failures);
  if (found) return found;
  return withFileLock(
    cacheDirectory('chromium.lock'),
    async () => (await findOnPath([])) ?? install(failures, report),
    ({ pid }) => report(`process ${pid} is getting it; waiting`),
  );
}

async function checkNamed(path) {
  const reason = await whyUnusable(path);
  if (reason === null) return path;
  throw new Error(`CHROMIUM_PATH names ${path}, which is not usable: ${reason}. Correct or unset it.`);
}

async function findOnPath(failures) {
  for (const name of NAMES) {
    const path = executableOnPath(name);
    const reason = path === null ? `there is no ${name} on PATH` : await whyUnusable(path);
    if (reason === null) return path;
    failures.push(`${name}: ${reason}`);
  }
  return null;
}

/** The whole path: what starts the browser in the tests does not look along PATH. */
function executableOnPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => resolve(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Null when this program is a Chromium; on Ubuntu, for instance, one of that name only says where to get it. */
async function whyUnusable(program) {
  try {
    const text = await runCommand(program, ['--version'], { timeoutMs: 30_000 });
    return /Chrom(ium|e)\D* \d+\./.test(text) ? null : 'it does not say that it is Chromium';
  } catch (error) {
    return error.message;
  }
}

async function install(failures, report) {
  if (process.getuid?.() !== 0) failures.push('apt-get install: only root may');
  else {
    try {
      await aptInstall(report);
      const installed = await findOnPath([]);
      if (installed) return installed;
      failures.push('apt-get install: went well, but no Chromium came of it');
    } catch (error) {
      failures.push(`apt-get install: ${error.message}`);
    }
  }
  throw new Unobtainable('there is no Chromium', instructions(failures));
}

async function aptInstall(report) {
  const apt = (args, what) =>
    runCommand('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: INSTALL_TIMEOUT_MS,
      onLine: (line) => report(`${what}: ${line}`),
    });
  report('apt-get update');
  await apt(['update'], 'apt-get update');
  const what = 'apt-get install (about 100 MB, once)';
  report(what);
  await apt(['install', '--no-install-recommends', ...PACKAGES], what);
}

function instructions(failures) {
  return [
    'No Chromium could be found or got, so the tests of the checkout pages are skipped. To run them do one of these:',
    '  - install Chromium or Google Chrome (Debian: apt-get install chromium)',
    '  - set CHROMIUM_PATH to one of them',
    'What was tried:',
    ...failures.map((failure) => `  - ${failure.replaceAll('\n', '\n    ')}`),
  ].join('\n');
}
