import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './prepare.mjs';

const OPERATING_SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/**
 * `npm install` leaves out of package-lock.json optional packages that it cannot reach (those for other platforms, on a
 * registry that lacks them), and `npm ci` then refuses the file on every machine. This adds them, as npm would.
 */
function missingPackages(packages) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isResolved(packages, path, name))
      .map(([name, version]) => [`node_modules/${name}`, entry(name, version, dev)]),
  );
}

/** As Node looks: in the node_modules of the package itself, then of every folder above it. */
function isResolved(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder ? `${folder}/` : ''}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

function entry(name, version, dev) {
  const words = name.split(/[-_/]/);
  const cpu = PROCESSORS.filter((one) =>
    words.some((word) => word === one || (word === 'armv7' && one === 'arm')),
  );
  const os = OPERATING_SYSTEMS.filter((one) => words.includes(one));
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

const file = join(CHECKOUT, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = Object.fromEntries(missingPackages(lock.packages));
const count = Object.keys(added).length;

if (count > 0 && process.argv.includes('--check')) {
  console.error(
    `package-lock.json lacks ${count} optional packages, so npm ci refuses it. Run: npm run complete-lock-file`,
  );
  process.exitCode = 1;
} else if (count > 0) {
  const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) =>
    a.localeCompare(b, 'en'),
  );
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
  console.log(`${count} optional packages added to package-lock.json`);
}
