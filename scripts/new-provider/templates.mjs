import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEMPLATES = join(dirname(fileURLToPath(import.meta.url)), 'templates');

/**
 * Makes the files of a new provider, formatted, or none when one of them exists. In templates `$id$`, `$Name$`, `$camel$`,
 * `$Pascal$` and `$CONSTANT$` stand for its names: parts of identifiers, so that the templates are code themselves. In
 * paths it is `__id__`.
 * @param {ReturnType<typeof import('./names.mjs').namesOf>} names
 * @param {string} checkout
 * @returns {Promise<string[]>} paths relative to the checkout
 */
export async function makeFiles(names, checkout) {
  const files = templatePaths().map((template) => ({
    template,
    path: template.replaceAll('__id__', names.id),
  }));
  const existing = files.filter(({ path }) => existsSync(join(checkout, path)));
  if (existing.length > 0) {
    const list = existing.map(({ path }) => `  ${path}`).join('\n');
    throw new Error(`choose another id, nothing was written: these files exist already\n${list}`);
  }
  const texts = await Promise.all(files.map((file) => render(file, names, checkout)));
  files.forEach(({ path }, i) => {
    mkdirSync(join(checkout, dirname(path)), { recursive: true });
    writeFileSync(join(checkout, path), texts[i], { flag: 'wx' });
  });
  return files.map(({ path }) => path);
}

async function render({ template, path }, { id, name, camel, pascal, constant }, checkout) {
  // Late, so that what is wrong with an id is told where nothing has been installed yet.
  const { format, resolveConfig } = await import('prettier');
  const values = { id, Name: name, camel, Pascal: pascal, CONSTANT: constant };
  const filepath = join(checkout, path);
  const text = readFileSync(join(TEMPLATES, template), 'utf8').replaceAll(
    /\$(id|Name|camel|Pascal|CONSTANT)\$/g,
    (_whole, key) => values[key],
  );
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}

function templatePaths(folder = '') {
  return readdirSync(join(TEMPLATES, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? templatePaths(path) : [path];
    })
    .sort();
}
