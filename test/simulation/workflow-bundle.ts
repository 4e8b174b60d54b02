import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, type WorkerOptions } from '@temporalio/worker';

const SOURCE = join(__dirname, '../../src');

/** A change of the workflows' source on its way into the bundle: src itself is never touched. */
export interface Replacement {
  /** Below src/. */
  file: string;
  find: string;
  replace: string;
}

type WebpackHook = NonNullable<NonNullable<WorkerOptions['bundlerOptions']>['webpackConfigHook']>;

/**
 * The workflows as a worker runs them.
 * @throws when a replacement does not apply exactly once: then it is out of date
 */
export async function bundleWorkflows(replacements: readonly Replacement[] = []): Promise<string> {
  const options = replacements.map(({ file, find, replace }) => {
    const path = join(SOURCE, file);
    const times = readFileSync(path, 'utf8').split(find).length - 1;
    if (times !== 1) throw new Error(`${file} holds ${times} times what is to be replaced: ${find}`);
    return { path, find, replace };
  });
  const webpackConfigHook: WebpackHook = (config) => ({
    ...config,
    module: {
      ...config.module,
      rules: [
        ...(config.module?.rules ?? []),
        ...options.map(({ path, find, replace }) => ({
          include: path,
          enforce: 'pre' as const,
          use: { loader: join(__dirname, 'replace-in-source.js'), options: { find, replace } },
        })),
      ],
    },
  });
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(SOURCE, 'workflows/index.ts'),
    webpackConfigHook,
    logger: QUIET,
  });
  return code;
}

const ignore = () => undefined;
const QUIET = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: console.error };
