import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const SOURCE = ['src/**/*.ts'];
const TYPESCRIPT = ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'];
const PLAIN_NODE = ['**/*.mjs', '**/*.js'];

/** Programs: where settings become arguments. */
const COMPOSITION_ROOTS = [
  'src/api/main.ts',
  'src/worker/main.ts',
  'src/sandbox/main.ts',
  'src/local/cli.ts',
  'src/codec-server/main.ts',
  'src/local/receiver.ts',
];

/** Which folder may not import which, and why. */
const FOLDER_RULES = [
  {
    target: './src/domain',
    from: './src',
    except: ['./domain'],
    message: 'domain imports nothing: what a payment is depends on no way of keeping, sending or showing it.',
  },
  {
    target: './src/workflows',
    from: './src',
    except: [
      './workflows',
      './domain',
      './contract/access-token.ts',
      './contract/metrics.ts',
      './contract/workflow.ts',
      './contract/search-attributes.ts',
      './activities',
      './providers',
    ],
    message:
      'workflows import only domain, contract and activity types: the rest is not deterministic on replay.',
  },
  ...['./src/providers/!(capabilities).ts', './src/providers/*/!(activities|capabilities).ts'].map(
    (from) => ({
      target: './src/workflows',
      from,
      message:
        "workflows import of companies only their activities' types and capabilities: the rest is not deterministic on replay.",
    }),
  ),
  ...['./src/workflows', './src/activities', './src/providers/*/activities.ts'].map((from) => ({
    target: './src/api',
    from,
    message: 'api and workflows meet only in contract: either must be deployable without the other.',
  })),
  ...['./src/api', './src/config', './src/local', './src/client', './src/codec-server', './src/worker'].map(
    (target) => ({
      target,
      from: './src/providers/*/**',
      message:
        'companies have two doors: providers/index.ts for api and settings, activities/index.ts for the worker.',
    }),
  ),
  {
    target: './src/contract',
    from: './src/providers',
    message: 'contract knows no company but its id: what only one of them needs stands in its registration.',
  },
  {
    target: ['./src/providers/provider.ts', './src/providers/index.ts', './src/providers/*/index.ts'],
    from: './src/providers/*/activities.ts',
    message: 'a registration leaves the activities out: api and settings load it, and only the worker calls.',
  },
  {
    target: './src/sandbox',
    from: './src',
    except: ['./sandbox'],
    message:
      'sandbox imports none of the rest: sharing code with the adapters, both could be wrong together.',
  },
  {
    target: './src/!(sandbox)/**',
    from: './src/sandbox',
    message: 'only tests import sandbox: stand-ins for companies have no place in production.',
  },
];

const NODE_MODULES = {
  regex:
    '^(node:|(crypto|fs|path|os|net|http|https|events|stream|util|child_process|buffer|url|process)(/|$))',
  message: 'workflow code runs in an isolate without Node modules: what needs one belongs into an activity.',
};
const ZOD = {
  regex: '^zod(/|$)',
  message: 'zod adds about 1 MB to the workflow bundle: validate before the workflow.',
};

const WORKFLOW_IMPORTS = [
  NODE_MODULES,
  ZOD,
  {
    regex: '(^|/)activities(/|$)',
    allowTypeImports: true,
    message:
      'workflows import activity types only (import type): an activity itself would be bundled and run on replay.',
  },
  {
    regex: '^(?!\\.|@temporalio/(workflow|common)(/|$))',
    message:
      'workflows import no package but @temporalio/workflow and @temporalio/common: others may not be deterministic.',
  },
];

/** So that every patch is registered, and dormant in its first release. */
const PATCHES_BY_ONE_WAY = {
  regex: '^@temporalio/workflow$',
  importNames: ['patched'],
  message:
    'ask isPatched of workflows/patches.ts: it makes sure that a patch is known before it is begun with.',
};

const DOMAIN_IMPORTS = [
  {
    regex: '^[^.]',
    message: 'domain imports nothing: no package and no Node module, so that workflows can use it.',
  },
];

/** What workflows may know of companies, and scripts without a build. */
const CAPABILITIES_IMPORTS = [
  {
    regex: '^(?!(\\.\\./)+domain/|\\./([^/]+/)?capabilities$)',
    message: 'capabilities import only domain: they are bundled into workflows, where nothing else belongs.',
  },
];

const SIBLING = 'providers never import each other: a change for one company must not reach another.';
const PROVIDER_IMPORTS = [{ regex: '^\\.\\./(?!\\.\\.)[^/]+/|(^|/)providers/', message: SIBLING }];

const NO_EXPORT_ALL = {
  selector: 'ExportAllDeclaration',
  message: 'No `export *`: a module says by name what others may rely on.',
};
const NO_DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'No default exports: a thing has one name everywhere.',
};
const ENVIRONMENT =
  'Only composition roots read process.env: everything else takes its settings as arguments.';
const NO_ENVIRONMENT = [
  'MemberExpression[object.name="process"]:matches([property.name="env"], [property.value="env"])',
  'VariableDeclarator[init.name="process"] > ObjectPattern > Property[key.name="env"]',
  'ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name="env"]',
].map((selector) => ({ selector, message: ENVIRONMENT }));

const restrictImports = (files, patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/'] },
  eslint.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })] },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      // A function is async because its callers wait for it, whether or not it waits itself today.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: FOLDER_RULES }],
      'no-restricted-syntax': ['error', NO_EXPORT_ALL, NO_DEFAULT_EXPORT],
    },
  },
  {
    files: SOURCE,
    ignores: COMPOSITION_ROOTS,
    rules: { 'no-restricted-syntax': ['error', NO_EXPORT_ALL, NO_DEFAULT_EXPORT, ...NO_ENVIRONMENT] },
  },
  restrictImports(['src/domain/**/*.ts'], DOMAIN_IMPORTS),
  restrictImports(['src/workflows/**/*.ts'], [...WORKFLOW_IMPORTS, PATCHES_BY_ONE_WAY]),
  restrictImports(['src/workflows/patches.ts'], WORKFLOW_IMPORTS),
  restrictImports(
    ['access-token', 'metrics', 'search-attributes', 'workflow'].map((name) => `src/contract/${name}.ts`),
    [NODE_MODULES, ZOD],
  ),
  restrictImports(['src/providers/*/*.ts'], PROVIDER_IMPORTS),
  restrictImports(['src/providers/capabilities.ts', 'src/providers/*/capabilities.ts'], CAPABILITIES_IMPORTS),
  {
    files: ['test/**/*.ts'],
    rules: {
      // Jest's matchers and the bodies of answers are any by nature.
      ...Object.fromEntries(
        ['argument', 'assignment', 'call', 'member-access', 'return'].map((what) => [
          `@typescript-eslint/no-unsafe-${what}`,
          'off',
        ]),
      ),
    },
  },
  {
    files: PLAIN_NODE,
    languageOptions: {
      globals: globals.node,
    },
  },
);
