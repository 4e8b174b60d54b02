import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Settings that only development makes up by itself, as the variables' texts. */
export type DevelopmentSecrets = Record<
  'HOLDFAST_API_KEYS' | 'HOLDFAST_ENCRYPTION_KEYS' | 'HOLDFAST_TOKEN_SECRETS',
  string
>;

/** Where the secrets of a development machine are kept, outside every checkout. */
export function developmentSecretsFile(environment: Record<string, string | undefined>): string {
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'holdfast', 'development.json');
}

/** Reads the secrets of this development machine, making them at the first start. Processes that start together agree. */
export function developmentSecrets(file: string): DevelopmentSecrets {
  return read(file) ?? make(file);
}

function read(file: string): DevelopmentSecrets | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DevelopmentSecrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const reason =
      error instanceof SyntaxError ? 'is not JSON' : String((error as NodeJS.ErrnoException).code);
    throw new Error(
      `development secrets ${file} cannot be read (${reason}): remove the file and start again`,
      { cause: error },
    );
  }
}

function make(file: string): DevelopmentSecrets {
  const secrets: DevelopmentSecrets = {
    HOLDFAST_API_KEYS: `development:${randomBytes(24).toString('base64url')}`,
    HOLDFAST_ENCRYPTION_KEYS: `development:${randomBytes(32).toString('base64')}`,
    HOLDFAST_TOKEN_SECRETS: `development:${randomBytes(32).toString('base64')}`,
  };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  try {
    // A link appears complete or not at all, and never replaces what another process wrote first.
    linkSync(draft, file);
    return secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return developmentSecrets(file);
  } finally {
    rmSync(draft, { force: true });
  }
}
