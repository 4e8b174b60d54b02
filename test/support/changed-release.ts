import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

const CHECKOUT = join(__dirname, '../..');

/** A change that somebody makes to one source. */
export interface SourceChange {
  /** Below src/. */
  file: string;
  /** Is there exactly once. */
  find: string;
  replace: string;
}

/** Another release: the sources with changes, and what it takes to run them. */
export interface ChangedRelease {
  /** Its sources. */
  src: string;
  /** Its programs; there when it was made of compiled ones. */
  dist: string;
  remove(): void;
}

/**
 * A release that nobody has shipped: the sources as they are, but for these changes.
 *
 * @param compiled whether dist/ is copied too, with the changed files compiled anew: for running its programs
 */
export function changedRelease(changes: readonly SourceChange[], compiled = false): ChangedRelease {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-release-'));
  const release = { src: join(directory, 'src'), dist: join(directory, 'dist') };
  symlinkSync(join(CHECKOUT, 'node_modules'), join(directory, 'node_modules'));
  cpSync(join(CHECKOUT, 'src'), release.src, { recursive: true });
  if (compiled) cpSync(join(CHECKOUT, 'dist'), release.dist, { recursive: true });
  for (const change of changes) apply(change, release.src);
  if (compiled) for (const { file } of changes) compile(file, release);
  return { ...release, remove: () => rmSync(directory, { recursive: true }) };
}

function apply({ file, find, replace }: SourceChange, src: string): void {
  const path = join(src, file);
  const [before = '', after, ...more] = readFileSync(path, 'utf8').split(find);
  if (after === undefined || more.length > 0) {
    throw new Error(`src/${file} must hold this exactly once, so that the test can change it: ${find}`);
  }
  writeFileSync(path, before + replace + after);
}

function compile(file: string, { src, dist }: { src: string; dist: string }): void {
  const { outputText } = ts.transpileModule(readFileSync(join(src, file), 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
    },
    fileName: file,
  });
  writeFileSync(join(dist, file.replace(/\.ts$/, '.js')), outputText);
}

/** Two more look-ups: one before the payer is shown where to pay, and one before the money is taken. */
const LOOK_UPS = {
  'look-up-after-opening': {
    file: 'workflows/payment/opening.ts',
    find: "  record.become(\n    nextAction.type === 'confirm'",
    added: '  {guard}{ record.update({ providerReference }); judge(state, await lookUp(state)); }\n',
    before: true,
  },
  'look-up-before-taking': {
    file: 'workflows/payment/capturing.ts',
    find: "detail: 'taking the money' });\n",
    added: '  {guard}judge(state, await lookUp(state));\n',
    before: false,
  },
};
const PATCHES = Object.keys(LOOK_UPS);

function lookUps(guardOf: (id: string) => string): SourceChange[] {
  return Object.entries(LOOK_UPS).map(([id, { file, find, added, before }]) => {
    const line = added.replace('{guard}', guardOf(id));
    return { file, find, replace: before ? line + find : find + line };
  });
}

const OPENING = 'workflows/payment/opening.ts';
const CAPTURING = 'workflows/payment/capturing.ts';
/** What the added lines need. */
const JUDGE: SourceChange = {
  file: OPENING,
  find: "import { endStory, review } from './verdicts';\n",
  replace: "import { endStory, judge, review } from './verdicts';\n",
};

/** Every story asks the provider more often, and payments under way are not thought of. */
export const UNGUARDED_LOOK_UPS: readonly SourceChange[] = [JUDGE, ...lookUps(() => '')];

/** The same, as CONTRIBUTING.md says: behind patches, in the release that brings them or in the next. */
export function patchedLookUps(release: 'dormant' | 'active'): readonly SourceChange[] {
  const state = "import { callOf, type PaymentState } from './state';\n";
  const guard = `import { isPatched } from '../patches';\n${state}`;
  return [
    JUDGE,
    ...[OPENING, CAPTURING].map((file) => ({ file, find: state, replace: guard })),
    {
      file: 'workflows/patches.ts',
      find: 'export const PATCHES = {',
      replace: `export const PATCHES = {${PATCHES.map((id) => `\n  '${id}': '${release}',`).join('')}`,
    },
    ...lookUps((id) => `if (isPatched('${id}')) `),
  ];
}
