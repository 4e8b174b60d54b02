import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { CHECKOUT } from './prepare.mjs';

/** Bundles the compiled workflows once, so that a worker in production starts without a bundler. */
const require = createRequire(import.meta.url);
const { code } = await bundleWorkflowCode({
  workflowsPath: require.resolve(join(CHECKOUT, 'dist/workflows')),
});
writeFileSync(join(CHECKOUT, 'dist/workflow-bundle.js'), code);
