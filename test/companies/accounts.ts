import { sandboxAccounts } from '../../src/config/development-defaults';
import { PROVIDERS_UNDER_TEST } from './index';
import type { Waits } from './provider-under-test';

/**
 * What HOLDFAST_CONNECTIONS names: the sandbox's accounts once more, as connections of this name whose calls are given up
 * soon and whose doubts settle soon.
 */
export function accountsAt(sandboxUrl: string, connection: string, waits: Waits): Record<string, unknown> {
  const values = sandboxAccounts(sandboxUrl);
  const accounts = PROVIDERS_UNDER_TEST.flatMap(({ provider, variables, shortened }) => {
    if (!variables) return [];
    const settings = Object.entries(variables).map(([name, setting]) => [setting, values[name]]);
    const { callTimeoutMs } = waits;
    const account = { ...Object.fromEntries(settings), callTimeoutMs, ...shortened?.(waits).account };
    return [[provider, { [connection]: account }]];
  });
  return Object.fromEntries(accounts) as Record<string, unknown>;
}

/** What the sandbox has to be told so that it agrees with these accounts: control route → body. */
export function sandboxSettings(waits: Waits): Record<string, Record<string, unknown>> {
  const settings = PROVIDERS_UNDER_TEST.flatMap(({ company, shortened }) =>
    shortened ? [[`/${company}/settings`, shortened(waits).sandbox] as const] : [],
  );
  return Object.fromEntries(settings);
}
