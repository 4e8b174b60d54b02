import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEMPLATES = join(dirname(fileURLToPath(import.meta.url)), 'templates');

/**
 * The files of a new provider, formatted. In templates `$id$`, `$Name$`, `$camel$`, `$Pascal$` and `$CONSTANT$` stand for
 * its names: parts of identifiers, so that the templates are code themselves. In paths it is `__id__`.
 * @param {ReturnType<typeof import('./names.mjs').namesOf>} names
 * @param {string} checkout whose formatting rules count
 * @returns {Promise<{path: string, text: string}[]>} paths relative to the checkout
 */
export async function renderTemplates(names, checkout) {
  // Late, so that what is wrong with an id is told where nothing has been installed yet.
  const { format, resolveConfig } = await import('prettier');
  const { id, name, camel, pascal, constant } = names;
  const values = { id, Name: name, camel, Pascal: pascal, CONSTANT: constant };
  const render = async (template) => {
    const path = template.replaceAll('__id__', id);
    const filepath = join(checkout, path);
    const text = readFileSync(join(TEMPLATES, template), 'utf8').replaceAll(
      /\$(id|Name|camel|Pascal|CONSTANT)\$/g,
      (_whole, key) => values[key],
    );
    return { path, text: await format(text, { ...(await resolveConfig(filepath)), filepath }) };
  };
  return Promise.all(templatePaths().map(render));
}

/**
 * Writes files, or none when one of them exists.
 * @param {{path: string, text: string}[]} files
 * @param {string} checkout
 */
export function writeNew(files, checkout) {
  const existing = files.filter(({ path }) => existsSync(join(checkout, path)));
  if (existing.length > 0) {
    const list = existing.map(({ path }) => `  ${path}`).join('\n');
    throw new Error(`choose another id, nothing was written: these files exist already\n${list}`);
  }
  for (const { path, text } of files) {
    mkdirSync(join(checkout, dirname(path)), { recursive: true });
    writeFileSync(join(checkout, path), text, { flag: 'wx' });
  }
}

function templatePaths(folder = '') {
  return readdirSync(join(TEMPLATES, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? templatePaths(path) : [path];
    })
    .sort();
}
