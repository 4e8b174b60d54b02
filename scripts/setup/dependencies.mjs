import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

/**
 * Installs what package-lock.json says, unless node_modules is just that already.
 * @param {string} checkout
 * @param {(detail: string) => void} report
 */
export async function installDependencies(checkout, report) {
  if (isInstalled(checkout)) return;
  report('npm ci');
  // npm names its own program when it runs us; NODE_ENV=production must not leave out the compiler.
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm'];
  const args = [...npm.slice(1), 'ci', '--include=dev', '--no-audit', '--no-fund'];
  await runCommand(npm[0], args, { cwd: checkout, onLine: report });
}

/** npm writes node_modules/.package-lock.json last, so an install that was interrupted does not count. */
function isInstalled(checkout) {
  const wanted = packagesOf(join(checkout, 'package-lock.json'));
  const installed = packagesOf(join(checkout, 'node_modules/.package-lock.json'));
  if (!wanted) throw new Error('package-lock.json is missing or unreadable: restore it from git.');
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, devOptional, peer }]) => {
    const found = installed[path];
    if (!found) return path === '' || optional === true || (devOptional && peer);
    return found.version === version && found.integrity === integrity;
  });
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return null;
  }
}
