import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A call of an HTTP API, as a curl command says it. */
export interface CurlCall {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | null;
}

export type Variables = Readonly<Record<string, string>>;

/** Every command of docs/runbook.md: one per line of its `sh` blocks. */
export function runbookCommands(): string[] {
  const blocks = runbook().matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm);
  const lines = [...blocks].flatMap(([, block = '']) => block.split('\n'));
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

export function runbook(): string {
  return readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
}

/** The one command of the runbook that holds all of these texts. */
export function runbookCommand(...texts: string[]): string {
  const found = [...new Set(runbookCommands())].filter((line) => texts.every((text) => line.includes(text)));
  if (found.length === 1) return found[0] as string;
  throw new Error(`${found.length} commands of the runbook hold ${texts.join(' and ')}`);
}

/** The words of a command as a POSIX shell makes them: quotes, and variables outside single quotes. */
export function shellWords(command: string, variables: Variables): string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"|([^'"]+)/g, (_all, raw?: string, quoted?: string, bare?: string) =>
      raw === undefined ? expanded(quoted ?? bare ?? '', variables) : raw,
    ),
  );
}

function expanded(text: string, variables: Variables): string {
  return text.replace(/\$([A-Z]+)/g, (_all, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`the runbook does not say what $${name} is`);
    return value;
  });
}

/** @throws when it uses an option of curl that this does not know */
export function curlCall(command: string, variables: Variables): CurlCall {
  const [program, ...words] = shellWords(command, variables);
  if (program !== 'curl') throw new Error(`${command} is not curl`);
  const call: CurlCall = { method: 'GET', url: new URL('none:'), headers: {}, body: null };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-sS') continue;
    else if (word === '-X') call.method = words.shift() ?? '';
    else if (word === '-d') call.body = words.shift() ?? '';
    else if (word === '-H') {
      const [name = '', value = ''] = (words.shift() ?? '').split(': ');
      call.headers[name.toLowerCase()] = value;
    } else if (word.startsWith('-')) throw new Error(`unknown option ${word} of curl: ${command}`);
    else call.url = new URL(word);
  }
  return call;
}

export async function perform({ method, url, headers, body }: CurlCall) {
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  return { status: response.status, text };
}
