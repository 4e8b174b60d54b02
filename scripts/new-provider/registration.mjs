/**
 * One place where a provider is registered: a list, table or type of that name in a file, its imports, or its end.
 * @typedef {{file: string, place: string, lines: string[]}} Registration
 */

/** Where a line goes that belongs into no table. */
export const IMPORTS = 'imports';
export const END = 'at the end';

/**
 * Every place where a generated provider has to be named, in the order of the way in.
 * @param {ReturnType<typeof import('./names.mjs').namesOf>} names
 * @returns {Registration[]}
 */
export function registrationOf(names) {
  return [
    ...domainAndContract(names),
    ...workerSide(names),
    ...apiSide(names),
    ...sandboxSide(names),
    ...testSide(names),
    ...settings(names),
  ].map(([file, place, ...lines]) => ({ file, place, lines }));
}

/** The registrations as people read them. @param {Registration[]} registrations */
export function describeRegistration(registrations) {
  return registrations
    .map(({ file, place, lines }) => `${file}, ${place}:\n${lines.map((line) => `    ${line}\n`).join('')}`)
    .join('');
}

function domainAndContract({ id, name, camel }) {
  return [
    ['src/domain/payment.ts', 'PROVIDERS', `'${id}',`],
    [
      'src/domain/capabilities.ts',
      'CAPABILITIES',
      `${keyOf(id)}: {`,
      `  name: '${name}',`,
      `  // None: until they are filled in, every payment is refused (docs/providers/${id}.md §5).`,
      '  currencies: [],',
      '  minAmount: 1,',
      '  maxAmount: 99_999_999,',
      '  decimals: {},',
      `  // docs/providers/${id}.md §7`,
      '  expiry: { default: 900, min: 60, max: 86_400 },',
      '  cancel: false,',
      '  confirm: false,',
      "  refund: 'none',",
      "  callbackProof: 'hint',",
      '  lookUpByOurReference: false,',
      '  seesRefunds: false,',
      '  hostedPage: true,',
      '},',
    ],
    ['src/contract/workflow.ts', 'WORKFLOW_TYPES', `${keyOf(id)}: '${camel}',`],
    ['src/contract/http.ts', 'PROVIDER_OPTIONS', `${keyOf(id)}: z.strictObject({}),`],
  ];
}

function workerSide({ id, camel, pascal }) {
  const activities = 'src/activities/index.ts';
  return [
    [activities, IMPORTS, `import { create${pascal}Activities } from '../providers/${id}/activities';`],
    [
      activities,
      'activitiesOf',
      `...create${pascal}Activities({ connections: connections${memberOf(id)} }),`,
    ],
    ['src/workflows/index.ts', END, `export { ${camel} } from './stories/${id}';`],
    ['src/workflows/stories/index.ts', IMPORTS, `import { ${camel}Port } from './${id}';`],
    ['src/workflows/stories/index.ts', 'PORTS', `${keyOf(id)}: ${camel}Port,`],
  ];
}

function apiSide({ id, name, pascal, constant }) {
  const [accounts, readers] = ['src/api-connections.ts', 'src/api/webhook-readers.ts'];
  return [
    [accounts, IMPORTS, `import type { ${pascal}Settings } from '../providers/${id}/config';`],
    [accounts, 'ApiConnections', `${keyOf(id)}: Record<string, Pick<${pascal}Settings, 'apiKey'>>;`],
    [
      accounts,
      'apiConnections',
      `${keyOf(id)}: each(connections${memberOf(id)}, ({ apiKey }) => ({ apiKey })),`,
    ],
    [
      readers,
      IMPORTS,
      `import { ${constant}_ACKNOWLEDGEMENT, read${pascal}Webhook } from '../providers/${id}/webhook';`,
    ],
    [
      readers,
      'webhookReaders',
      `${keyOf(id)}: {`,
      '  read: (callback, { payment }) =>',
      `    read${pascal}Webhook({`,
      '      ...callback,',
      `      apiKey: accountOf(connections${memberOf(id)}, payment).apiKey,`,
      '      expectedReference: referenceAtProvider(payment.id),',
      '    }),',
      `  acknowledgement: ${constant}_ACKNOWLEDGEMENT,`,
      '},',
    ],
    [
      'src/api/refunds.ts',
      'refundsNotOffered',
      `case '${id}':`,
      `  return '${name} refunds are not offered by API';`,
    ],
  ];
}

function sandboxSide({ id, camel }) {
  return [
    ['src/sandbox/server.ts', IMPORTS, `import { ${camel}Company } from './${id}/company';`],
    ['src/sandbox/server.ts', 'COMPANIES', `${camel}Company,`],
    [
      'src/local/demo/stories.ts',
      'STORIES',
      '{',
      `  order: { provider: '${id}', reference: 'order-${id}', ...TICKETS },`,
      "  payer: 'pays on the hosted page',",
      '  act: ({ id }, { sandbox }) =>',
      `    sandbox.call('POST', \`/${id}/payments/\${referenceAtProvider(id)}/approve\`),`,
      "  ends: 'succeeded',",
      '},',
    ],
    ['src/local/try-it/order-form.ts', 'OFFERS', `${keyOf(id)}: { currency: 'EUR', note: 'hosted page' },`],
  ];
}

function testSide({ id, camel, pascal }) {
  const companies = 'test/companies/index.ts';
  const [histories, fakes] = ['test/replay/expected-histories.ts', 'test/replay/fake-accounts.ts'];
  return [
    [companies, IMPORTS, `import { ${camel} } from './${id}';`],
    [companies, 'UNDER_TEST', `${keyOf(id)}: ${camel},`],
    [
      histories,
      IMPORTS,
      "import { ASKED_TO_STOP_OUTCOMES, EVERY_STORY_OUTCOMES } from './every-story-outcomes';",
    ],
    [histories, 'ACCOUNT_OUTCOMES', `${keyOf(id)}: { ...EVERY_STORY_OUTCOMES, ...ASKED_TO_STOP_OUTCOMES },`],
    [fakes, IMPORTS, `import type { ${pascal}Activities } from '../../src/providers/${id}/activities';`],
    [fakes, 'Activities', `& ${pascal}Activities`],
    [fakes, 'activities', `${camel}CreatePayment: page,`, `${camel}GetPayment: this.read,`],
  ];
}

function settings({ id, name, camel, pascal, constant }) {
  const connections = 'src/config/connections.ts';
  return [
    [
      connections,
      IMPORTS,
      `import { ${constant}_VARIABLES, type ${pascal}Settings, ${camel}SettingsSchema } from '../providers/${id}/config';`,
    ],
    [connections, 'Connections', `${keyOf(id)}: Record<string, ${pascal}Settings>;`],
    [connections, 'CONNECTION_VARIABLES', `...Object.keys(${constant}_VARIABLES),`],
    [
      connections,
      'READERS',
      `${keyOf(id)}: { schema: ${camel}SettingsSchema, variables: ${constant}_VARIABLES },`,
    ],
    [
      'src/config/development-defaults.ts',
      'DEVELOPMENT_DEFAULTS',
      `${constant}_BASE_URL: \`\${SANDBOX}/${id}\`,`,
      `${constant}_API_KEY: '${id}-sandbox-api-key',`,
    ],
    [
      '.env.example',
      END,
      '',
      `# ${name} account of the connection "default". Empty in development: the sandbox. All empty in production: not offered.`,
      `${constant}_BASE_URL=`,
      `${constant}_API_KEY=`,
    ],
    [
      'docs/operations.md',
      'Settings',
      `| \`${constant}_BASE_URL\` | the sandbox | ${name}'s address |`,
      `| \`${constant}_API_KEY\` | the sandbox's | ${name}'s API key |`,
    ],
    [
      'src/local/system.ts',
      'environment',
      `${constant}_BASE_URL: \`http://\${HOST}:\${ports.sandbox}/${id}\`,`,
    ],
    ['src/local/system.ts', 'settings', `|${constant}`],
    ['scripts/test.mjs', 'FOREIGN_SETTINGS', `|${constant}_`],
    ['docker-compose.sandbox.yml', 'x-sandbox-environment', `${constant}_BASE_URL: http://api:4000/${id}`],
  ];
}

function keyOf(id) {
  return id.includes('-') ? `'${id}'` : id;
}

function memberOf(id) {
  return id.includes('-') ? `['${id}']` : `.${id}`;
}
