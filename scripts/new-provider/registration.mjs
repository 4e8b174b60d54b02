/**
 * One place where a provider is registered: a list or table of that name in a file, its imports, or its end.
 * @typedef {{file: string, place: string, lines: string[]}} Registration
 */

/** Where a line goes that belongs into no table. */
const IMPORTS = 'imports';
const END = 'at the end';

/**
 * Every place where a generated provider has to be named, in the order of the way in: one line in each file, and its import.
 * @param {ReturnType<typeof import('./names.mjs').namesOf>} names
 * @param {string} shape one of SHAPES
 * @returns {Registration[]}
 */
export function registrationOf(names, shape) {
  return [
    ...inSource(names),
    ['src/local/demo/stories.ts', 'STORIES', demoStory(names, shape)],
    ...inTests(names, shape),
    ...settings(names, shape),
  ].map(([file, place, ...lines]) => ({ file, place, lines }));
}

/** The registrations as people read them. @param {Registration[]} registrations */
export function describeRegistration(registrations) {
  return registrations
    .map(({ file, place, lines }) => `${file}, ${place}:\n${lines.map((line) => `    ${line}\n`).join('')}`)
    .join('');
}

function inSource({ id, camel, pascal, constant }) {
  const key = keyOf(id);
  const entry = key === camel ? `${camel},` : `${key}: ${camel},`;
  const member = id.includes('-') ? `['${id}']` : `.${id}`;
  return [
    ['src/domain/payment.ts', 'PROVIDERS', `'${id}',`],
    ['src/contract/workflow.ts', 'WORKFLOW_TYPES', `${key}: '${camel}',`],
    ['src/providers/index.ts', IMPORTS, `import { ${camel} } from './${id}/index';`],
    ['src/providers/index.ts', 'REGISTRY', entry],
    [
      'src/providers/capabilities.ts',
      IMPORTS,
      `import { ${constant}_CAPABILITIES } from './${id}/capabilities';`,
    ],
    ['src/providers/capabilities.ts', 'CAPABILITIES', `${key}: ${constant}_CAPABILITIES,`],
    [
      'src/activities/index.ts',
      IMPORTS,
      `import { create${pascal}Activities } from '../providers/${id}/activities';`,
    ],
    ['src/activities/index.ts', 'activitiesOf', `...create${pascal}Activities(connections${member}),`],
    [
      'src/workflows/stories/index.ts',
      IMPORTS,
      `import { ${camel}Port } from './${id}';`,
      `export { ${camel} } from './${id}';`,
    ],
    ['src/workflows/stories/index.ts', 'PORTS', `${key}: ${camel}Port,`],
    ['src/sandbox/server.ts', IMPORTS, `import { ${camel}Company } from './${id}/company';`],
    ['src/sandbox/server.ts', 'COMPANIES', `${camel}Company,`],
  ];
}

function demoStory({ id }, shape) {
  const order = `order: { provider: '${id}', reference: 'order-${id}', ...TICKETS }`;
  const acts =
    shape === 'form'
      ? `payer: 'fills in the form', act: formOf('${id}')`
      : `payer: 'pays on the hosted page', act: payerOf('${id}/payments', 'approve')`;
  return `{ ${order}, ${acts}, ends: 'succeeded' },`;
}

/** How the accounts of recorded histories answer the activities of each shape. */
const FAKES = {
  'hosted-page': { CreatePayment: 'page', GetPayment: 'this.read' },
  form: {
    CreatePayment: "this.opens({ type: 'dropin', ...form })",
    GetPayment: 'this.read',
    CapturePayment: 'this.take',
  },
  'reserve-and-capture': {
    CreatePayment: 'page',
    GetPayment: 'this.read',
    CapturePayment: 'this.take',
    VoidPayment: 'this.stop',
  },
};

function inTests({ id, camel, pascal }, shape) {
  const companies = 'test/companies/index.ts';
  const [histories, fakes] = ['test/replay/expected-histories.ts', 'test/replay/fake-accounts.ts'];
  const answers = Object.entries(FAKES[shape]).map(([name, answer]) => `${camel}${name}: ${answer},`);
  return [
    [companies, IMPORTS, `import { ${camel} } from './${id}';`],
    [companies, 'UNDER_TEST', `${keyOf(id)}: ${camel},`],
    [histories, IMPORTS, "import { EVERY_STORY_OUTCOMES } from './every-story-outcomes';"],
    [histories, 'ACCOUNT_OUTCOMES', `${keyOf(id)}: EVERY_STORY_OUTCOMES,`],
    [fakes, IMPORTS, `import type { ${pascal}Activities } from '../../src/providers/${id}/activities';`],
    [fakes, 'Activities', `& ${pascal}Activities`],
    [fakes, 'activities', ...answers],
  ];
}

function settings({ id, name, constant }, shape) {
  const form = shape === 'form';
  return [
    [
      '.env.example',
      END,
      '',
      `# ${name} account of the connection "default". Empty in development: the sandbox. All empty in production: not offered.`,
      `${constant}_BASE_URL=`,
      `${constant}_CLIENT_ID=`,
      `${constant}_CLIENT_SECRET=`,
      ...(form ? ['# The script that draws the form.', `${constant}_SCRIPT_URL=`] : []),
    ],
    [
      'docs/operations.md',
      'Settings',
      `| \`${constant}_BASE_URL\` | the sandbox | ${name}'s address |`,
      `| \`${constant}_CLIENT_ID\`, \`${constant}_CLIENT_SECRET\` | the sandbox's | the account at ${name} |`,
      ...(form
        ? [`| \`${constant}_SCRIPT_URL\` | the sandbox's | the script that draws ${name}'s form |`]
        : []),
    ],
    [
      'docker-compose.sandbox.yml',
      'x-sandbox-environment',
      `  ${constant}_BASE_URL: http://api:4000/${id}`,
      ...(form ? [`  ${constant}_SCRIPT_URL: http://localhost:4000/${id}/form.js`] : []),
    ],
  ];
}

function keyOf(id) {
  return id.includes('-') ? `'${id}'` : id;
}
