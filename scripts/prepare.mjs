import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './setup/build.mjs';
import { resolveChromium } from './setup/chromium.mjs';
import { installDependencies } from './setup/dependencies.mjs';
import { withFileLock } from './setup/file-lock.mjs';
import { step } from './setup/progress.mjs';
import { resolvePromtool } from './setup/promtool.mjs';
import { resolveTemporalCli } from './setup/temporal-cli.mjs';
import { resolveTimeSkippingServer } from './setup/time-skipping-server.mjs';
import { Unobtainable } from './setup/unobtainable.mjs';

export const CHECKOUT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** What a checkout may need, in the order it is got. */
const STEPS = {
  dependencies: { title: 'Dependencies', run: inCheckout(installDependencies) },
  build: { title: 'Build', run: inCheckout(build) },
  'temporal-cli': { title: 'Temporal dev server', variable: 'TEMPORAL_CLI_PATH', run: resolveTemporalCli },
  'test-server': {
    title: 'Time-skipping test server',
    variable: 'TEMPORAL_TEST_SERVER_PATH',
    run: resolveTimeSkippingServer,
  },
  chromium: {
    title: 'Chromium',
    variable: 'CHROMIUM_PATH',
    absence: 'CHROMIUM_ABSENCE',
    run: resolveChromium,
  },
  promtool: { title: 'promtool', variable: 'PROMTOOL_PATH', run: resolvePromtool },
};

/**
 * Makes this checkout ready. Several at once in one checkout are safe: the second waits and finds the work done.
 * @param {string[]} names of STEPS
 * @returns {Promise<Record<string, string>>} environment for the programs to be started: where the servers are, and why
 * one that can be done without is not there
 * @throws {Error} whose message says what to do
 */
export async function prepare(names) {
  const environment = {};
  for (const name of names) {
    const { title, variable, absence, run } = STEPS[name];
    try {
      const result = await step(title, run);
      if (variable) environment[variable] = result;
    } catch (error) {
      if (!absence || !(error instanceof Unobtainable)) throw error;
      console.error(error.message);
      environment[absence] = error.reason;
    }
  }
  return environment;
}

/** What `npm start` and `npm run demo` need: a Temporal server of our own only when no cluster is named. */
export function prepareToRun() {
  const server = process.env.TEMPORAL_ADDRESS ? [] : ['temporal-cli'];
  return prepare(['dependencies', 'build', ...server]);
}

/** Two commands started together must not install or compile into each other's files. */
function inCheckout(work) {
  return (report) =>
    withFileLock(
      join(CHECKOUT, '.prepare.lock'),
      () => work(CHECKOUT, report),
      ({ pid }) => report(`process ${pid} is at it; waiting`),
    );
}

async function main(args) {
  const names = args.filter((argument) => !argument.startsWith('--'));
  const unknown = names.filter((name) => !(name in STEPS));
  if (unknown.length > 0)
    throw new Error(`No such step: ${unknown}. Steps: ${Object.keys(STEPS).join(', ')}.`);
  const environment = await prepare(names.length > 0 ? names : Object.keys(STEPS));
  if (args.includes('--json')) console.log(JSON.stringify(environment));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
