import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { patience } from '../support/patience';

const CHECKOUT = join(__dirname, '../..');

/** [what it shows, the file that the code stands for, the code, the reason that the error must give] */
const REFUSED: [name: string, file: string, code: string, reason: string][] = [
  [
    'domain → contract',
    'src/domain/money.ts',
    "import { TASK_QUEUE } from '../contract/workflow';",
    'domain imports nothing',
  ],
  ['domain → a package', 'src/domain/money.ts', "import { z } from 'zod';", 'domain imports nothing'],
  ['domain → Node', 'src/domain/money.ts', "import { join } from 'node:path';", 'domain imports nothing'],
  [
    'workflows → Node',
    'src/workflows/payment/run.ts',
    "import { createHash } from 'node:crypto';",
    'without Node modules',
  ],
  [
    'workflows → Node, old name',
    'src/workflows/payment/run.ts',
    "import { createHash } from 'crypto';",
    'without Node modules',
  ],
  ['workflows → zod', 'src/workflows/payment/run.ts', "import { z } from 'zod';", '1 MB'],
  [
    'workflows → a package',
    'src/workflows/payment/run.ts',
    "import { request } from 'undici';",
    'not be deterministic',
  ],
  [
    'workflows → an activity',
    'src/workflows/payment/run.ts',
    "import { createDropPayActivities } from '../../providers/droppay/activities';",
    'activity types only',
  ],
  [
    'workflows → config',
    'src/workflows/payment/run.ts',
    "import { readWorkerConfig } from '../../config';",
    'not deterministic',
  ],
  [
    'workflows → a provider, type only',
    'src/workflows/payment/run.ts',
    "import type * as dropPay from '../../providers/droppay/client';",
    'not deterministic',
  ],
  [
    'a patch that nobody knows of before',
    'src/workflows/payment/run.ts',
    "export { patched } from '@temporalio/workflow';",
    'known before it is begun with',
  ],
  ['the messages of workflows → zod', 'src/contract/workflow.ts', "import { z } from 'zod';", '1 MB'],
  [
    'a provider → another',
    'src/providers/droppay/client.ts',
    "import { client } from '../payermax/client';",
    'providers never import each other',
  ],
  [
    'capabilities → a package',
    'src/providers/pomelo/capabilities.ts',
    "import { z } from 'zod';",
    'capabilities import only domain',
  ],
  [
    'capabilities → the rest of their company',
    'src/providers/pomelo/capabilities.ts',
    "import { pomeloSettingsSchema } from './config';",
    'capabilities import only domain',
  ],
  [
    'api → workflows',
    'src/api/app.ts',
    "import { dropPayPos } from '../workflows';",
    'meet only in contract',
  ],
  ['api → activities', 'src/api/app.ts', "import '../activities/events';", 'meet only in contract'],
  [
    'api → the activities of a company',
    'src/api/app.ts',
    "import '../providers/droppay/activities';",
    'meet only in contract',
  ],
  ['api → a company', 'src/api/app.ts', "import '../providers/droppay/webhook';", 'two doors'],
  ['config → a company', 'src/config/index.ts', "import '../providers/droppay/config';", 'two doors'],
  [
    'contract → a company',
    'src/contract/http.ts',
    "import '../providers/etpay/options';",
    'knows no company but its id',
  ],
  [
    'a registration → its activities',
    'src/providers/pomelo/index.ts',
    "import './activities';",
    'a registration leaves the activities out',
  ],
  [
    'sandbox → domain',
    'src/sandbox/clock.ts',
    "import { PROVIDERS } from '../domain/payment';",
    'sandbox imports none',
  ],
  [
    'sandbox → providers',
    'src/sandbox/clock.ts',
    "import '../providers/droppay/client';",
    'sandbox imports none of the rest',
  ],
  [
    'api → sandbox',
    'src/api/app.ts',
    "import { startSandbox } from '../sandbox/server';",
    'only tests import sandbox',
  ],
  [
    'worker → sandbox',
    'src/worker/main.ts',
    "import { startSandbox } from '../sandbox/server';",
    'only tests import sandbox',
  ],
  ['export *', 'src/domain/money.ts', "export * from './currency';", 'says by name'],
  ['a default export', 'src/domain/money.ts', 'export default 1;', 'one name everywhere'],
  ['process.env', 'src/config/index.ts', 'export const home = process.env.HOME;', 'Only composition roots'],
  [
    "process['env']",
    'src/config/index.ts',
    "export const home = process['env'].HOME;",
    'Only composition roots',
  ],
  [
    '{ env } = process',
    'src/config/index.ts',
    'const { env } = process;\nexport { env };',
    'Only composition roots',
  ],
  [
    '{ env } of node:process',
    'src/config/index.ts',
    "export { env };\nimport { env } from 'node:process';",
    'Only composition',
  ],
  ['a promise nobody waits for', 'src/config/index.ts', 'Promise.resolve(1);', 'Promises must be awaited'],
];

const ALLOWED: [name: string, file: string, code: string][] = [
  ['domain → domain', 'src/domain/money.ts', "export { PROVIDERS } from './payment';"],
  [
    'workflows → activity types',
    'src/workflows/payment/run.ts',
    "import type { DropPayActivities } from '../../providers/droppay/activities';\nexport type { DropPayActivities };",
  ],
  [
    'workflows → contract',
    'src/workflows/payment/run.ts',
    "export { TASK_QUEUE } from '../../contract/workflow';",
  ],
  ['workflows → the SDK', 'src/workflows/payment/run.ts', "export { sleep } from '@temporalio/workflow';"],
  ['patches → patched', 'src/workflows/patches.ts', "export { patched } from '@temporalio/workflow';"],
  ['api → the registry of companies', 'src/api/app.ts', "export { providerOf } from '../providers/index';"],
  ['api → contract', 'src/api/app.ts', "export { TASK_QUEUE } from '../contract/workflow';"],
  [
    'a provider → domain',
    'src/providers/droppay/client.ts',
    "export { PROVIDERS } from '../../domain/payment';",
  ],
  [
    'a provider → what all share',
    'src/providers/droppay/client.ts',
    "export { ProviderError } from '../provider-error';",
  ],
  [
    'capabilities → domain',
    'src/providers/pomelo/capabilities.ts',
    "export { PROVIDERS } from '../../domain/payment';",
  ],
  ['process.env in a composition root', 'src/worker/main.ts', 'export const home = process.env.HOME;'],
];

type Messages = string[];
let messages: Map<string, Messages>;

const key = (file: string, code: string) => `${file}\n${code}`;

beforeAll(async () => {
  const cases = [
    ...REFUSED.map(([, file, code]) => [file, code]),
    ...ALLOWED.map(([, file, code]) => [file, code]),
  ];
  const script = join(__dirname, 'lint-snippets.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(cases)], {
    cwd: CHECKOUT,
  });
  messages = new Map(JSON.parse(stdout) as [string, Messages][]);
}, patience(60_000));

it.each(REFUSED)('refuses %s and says why', (_name, file, code, reason) => {
  expect(messages.get(key(file, code))?.join('\n')).toContain(reason);
});

it.each(ALLOWED)('allows %s', (_name, file, code) => {
  expect(messages.get(key(file, code))).toEqual([]);
});
