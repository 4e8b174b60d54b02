import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_VARIABLES } from '../../src/config/index';

const CHECKOUT = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(CHECKOUT, file), 'utf8');

/** Every variable that code in src/ reads: by its name in brackets, or as a key of a schema of settings. */
function variablesRead(): string[] {
  const files = readdirSync(join(CHECKOUT, 'src'), { recursive: true, encoding: 'utf8' });
  const found = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...read(join('src', file)).matchAll(/(?:env|environment|values)\['([A-Z][A-Z_]+)'\]/g),
      ...read(join('src', file)).matchAll(/^\s+((?:HOLDFAST|[A-Z]+)_[A-Z_]+): (?:z\b|'[a-z]\w*',$)/gm),
    ])
    .map((match) => match[1] ?? '');
  return [...new Set([...found, ...ENVIRONMENT_VARIABLES])].sort();
}

/** The variables that the first cells of these documents' tables name. */
function variablesInTables(...documents: string[]): Set<string> {
  const rows = documents.flatMap((file) => read(file).split('\n'));
  const cells = rows.flatMap((row) => /^\| ([^|]+) \|/.exec(row)?.[1] ?? []);
  return new Set(
    cells.flatMap((cell) => [...cell.matchAll(/`([A-Z][A-Z_]+)`/g)].map((match) => match[1] ?? '')),
  );
}

test('the search finds variables of every kind', () => {
  expect(variablesRead()).toEqual(
    expect.arrayContaining([
      'TEMPORAL_ADDRESS',
      'HOLDFAST_API_KEYS',
      'HOLDFAST_CONNECTIONS',
      'HOLDFAST_RECEIVER_PORT',
      'HOLDFAST_SANDBOX_PORT',
      'POMELO_CREATE_VERSION',
    ]),
  );
});

test.each(variablesRead())('%s is in a table of the documents', (name) => {
  expect(variablesInTables('docs/operations.md', 'docs/sandbox.md')).toContain(name);
});

test.each(variablesRead())('%s is in .env.example', (name) => {
  expect(read('.env.example')).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
});

test('.env.example sets every variable of api, worker and codec server, with a comment, and no other', () => {
  const lines = read('.env.example').split('\n');
  const listed = lines.flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
  expect([...listed].sort()).toEqual([...ENVIRONMENT_VARIABLES].sort());
  lines.forEach((line, i) => {
    if (/^[A-Z_]+=/.test(line)) expect(lines[i - 1]).toMatch(/^(#|[A-Z_]+=)/);
  });
});

test('the tables of settings name nothing that is not read', () => {
  const ofTools = ['TEMPORAL_TEST_SERVER_PATH', 'CHROMIUM_PATH'];
  const unread = [...variablesInTables('docs/operations.md')].filter(
    (name) => !variablesRead().includes(name),
  );
  expect(unread.sort()).toEqual(ofTools.sort());
});
