import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './cache-directory.mjs';
import { downloadFromTemporal } from './download.mjs';
import { withFileLock } from './file-lock.mjs';
import { runCommand } from './run-command.mjs';

/** The last version that can also be built from source by `go install`; later ones carry a `replace`. */
const VERSION = '1.5.1';
/** Of the server inside the CLI: update-with-start as used here. */
const OLDEST_SERVER = [1, 28];

/**
 * Finds or gets the Temporal CLI, whose `server start-dev` is the Temporal of development and tests.
 * @param {(detail: string) => void} report
 * @returns {Promise<string>} its path
 * @throws {Error} that says what was tried and what to install
 */
export async function resolveTemporalCli(report) {
  const named = process.env.TEMPORAL_CLI_PATH;
  if (named) return checkNamed(named);
  const onPath = await whyUnusable('temporal');
  if (onPath === null) return 'temporal';
  const target = cacheDirectory('temporal-cli', VERSION, 'temporal');
  if (existsSync(target)) return target;
  return withFileLock(
    `${dirname(target)}.lock`,
    () => (existsSync(target) ? target : fetchOrBuild(target, onPath, report)),
    ({ pid }) => report(`process ${pid} is getting it; waiting`),
  );
}

async function checkNamed(path) {
  const reason = await whyUnusable(path);
  if (reason === null) return path;
  throw new Error(`TEMPORAL_CLI_PATH names ${path}, which is not usable: ${reason}. Correct or unset it.`);
}

/** Null when this program is a Temporal CLI that is new enough. */
async function whyUnusable(program) {
  try {
    const text = await runCommand(program, ['--version'], { timeoutMs: 10_000 });
    const version = /Server (\d+)\.(\d+)/.exec(text);
    if (!version) return 'it does not say which Temporal server it holds';
    const [major, minor] = [Number(version[1]), Number(version[2])];
    const newEnough = major > OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor >= OLDEST_SERVER[1]);
    return newEnough ? null : `its server is ${major}.${minor}, older than ${OLDEST_SERVER.join('.')}`;
  } catch (error) {
    return error.message;
  }
}

async function fetchOrBuild(target, onPath, report) {
  const failures = [`temporal on PATH: ${onPath}`];
  const ways = [
    ['download', () => downloadFromTemporal({ artifact: 'cli', version: `v${VERSION}`, target, report })],
    ['go install', () => goInstall(target, report)],
  ];
  for (const [name, attempt] of ways) {
    try {
      report(name);
      await attempt();
      return target;
    } catch (error) {
      failures.push(`${name}: ${error.message}`);
    }
  }
  throw new Error(instructions(failures));
}

async function goInstall(target, report) {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), '.build-'));
  try {
    report('go install (about 3 minutes, once)');
    await runCommand('go', ['install', `github.com/temporalio/cli/cmd/temporal@v${VERSION}`], {
      cwd: work,
      env: { ...process.env, GOBIN: work },
      onLine: (line) => report(`go install (about 3 minutes, once): ${line}`),
    });
    renameSync(join(work, 'temporal'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function instructions(failures) {
  return [
    'No Temporal server could be found or got. Do one of these and run the command again:',
    '  - install the Temporal CLI: https://docs.temporal.io/cli#install (on a Mac: brew install temporal)',
    '  - install Go 1.23 or later: the CLI is then built from source, once',
    '  - set TEMPORAL_CLI_PATH to a Temporal CLI',
    '  - set TEMPORAL_ADDRESS to a Temporal cluster (npm start and npm run demo only)',
    'What was tried:',
    ...failures.map((failure) => `  - ${failure.replaceAll('\n', '\n    ')}`),
  ].join('\n');
}
