import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const EXAMPLE = fileURLToPath(new URL('../../.env.example', import.meta.url));

/** Where the programs are that tests start: the only settings of Temporal that are not another cluster's. */
const OURS = ['TEMPORAL_CLI_PATH', 'TEMPORAL_TEST_SERVER_PATH'];

/**
 * Leaves out settings of the caller's shell that would send tests to its cluster or providers, or switch on production
 * rules: all that .env.example sets, which is all that the programs read.
 */
export function withoutForeignSettings(environment) {
  const settings = readFileSync(EXAMPLE, 'utf8').match(/^[A-Z_]+(?==)/gm);
  const isForeign = (name) =>
    !OURS.includes(name) && (/^(HOLDFAST|TEMPORAL)_/.test(name) || settings.includes(name));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isForeign(name)));
}
