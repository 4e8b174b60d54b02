import { openApiDocument } from '../../src/api/openapi';
import { resolveRefundSchema, resolveSchema } from '../../src/contract/http';
import { curlCall, runbook, runbookCommands, shellWords } from '../support/runbook';

const VARIABLES = {
  API: 'https://pay.example',
  KEY: 'the-key',
  PAYMENT: '{id}',
  REFUND: '{refundId}',
  CODEC: 'https://codec.example',
  WORKER: 'https://worker.example',
};
/** Of processes, for those who run them: not part of the API that backends are shown. */
const OPERATIONAL = ['/metrics', '/healthz', '/readyz'];

const commands = [...new Set(runbookCommands())];
const curls = commands.filter((command) => command.startsWith('curl '));

test('commands are of two programs', () => {
  expect(commands.filter((command) => !/^(curl|temporal) /.test(command))).toEqual([]);
  expect(curls.length).toBeGreaterThan(10);
});

test.each(curls)('%s', (command) => {
  const { method, url, headers, body } = curlCall(command, VARIABLES);
  const path = decodeURI(url.pathname);
  if (OPERATIONAL.includes(path)) return expect(method).toBe('GET');
  expect(url.origin).toBe(VARIABLES.API);
  expect(headers['authorization']).toBe('Bearer the-key');
  const paths = openApiDocument('https://pay.example').paths as Record<string, Record<string, Described>>;
  const operation = paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`the API has no ${method} ${path}`);
  const known = (operation.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
  expect(known).toEqual(expect.arrayContaining([...url.searchParams.keys()]));
  if (body === null) return expect(operation.requestBody?.required ?? false).toBe(false);
  expect(headers['content-type']).toBe('application/json');
  const schema = path.includes('refunds') ? resolveRefundSchema : resolveSchema;
  expect(schema.safeParse(JSON.parse(body)).error).toBeUndefined();
});

interface Described {
  parameters?: { name: string; in: string }[];
  requestBody?: { required?: boolean };
}

test('every variable is explained', () => {
  const used = new Set(commands.join('\n').match(/\$[A-Z]+/g));
  const explained = new Set([...runbook().matchAll(/^\| `(\$[A-Z]+)`/gm)].map(([, name]) => name));
  expect([...used].sort()).toEqual([...explained].sort());
});

test('words are split as a shell does', () => {
  const variables = { KEY: 'a b' };
  expect(shellWords(`temporal x --query 'A="b c" AND $KEY' -H "K: $KEY" y"$KEY"'z'`, variables)).toEqual([
    'temporal',
    'x',
    '--query',
    'A="b c" AND $KEY',
    '-H',
    'K: a b',
    'ya bz',
  ]);
  expect(() => shellWords('echo $NOBODY', variables)).toThrow('$NOBODY');
});
