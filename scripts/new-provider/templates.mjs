import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEMPLATES = join(dirname(fileURLToPath(import.meta.url)), 'templates');

/** What a payment is like, the usual first. */
export const SHAPES = ['hosted-page', 'form', 'reserve-and-capture'];

/** Begins a part that only these shapes have, such as `//: form reserve-and-capture`; `//: all` ends it. */
const PART = /^\s*\/\/: (.+)$/;

/** @throws {Error} when a file of that provider exists already */
export function refuseExisting(names, checkout) {
  const existing = filesOf(names).filter(({ path }) => existsSync(join(checkout, path)));
  if (existing.length === 0) return;
  const list = existing.map(({ path }) => `  ${path}`).join('\n');
  throw new Error(`choose another id, nothing was written: these files exist already\n${list}`);
}

/**
 * Makes the files of a new provider, formatted, or none when one of them exists. In templates `$id$`, `$Name$`, `$camel$`,
 * `$Pascal$` and `$CONSTANT$` stand for its names: parts of identifiers, so that the templates are code themselves. In
 * paths it is `__id__`. A template of which a shape has no part is not made for it.
 * @param {ReturnType<typeof import('./names.mjs').namesOf>} names
 * @param {string} shape one of SHAPES
 * @param {string} checkout
 * @returns {Promise<string[]>} paths relative to the checkout
 */
export async function makeFiles(names, shape, checkout) {
  refuseExisting(names, checkout);
  const rendered = await Promise.all(
    filesOf(names).map(async ({ template, path }) => {
      const text = partsOf(readFileSync(join(TEMPLATES, template), 'utf8'), shape);
      return { path, text: text.trim() && (await render(text, path, names, checkout)) };
    }),
  );
  const files = rendered.filter(({ text }) => text !== '');
  for (const { path, text } of files) {
    mkdirSync(join(checkout, dirname(path)), { recursive: true });
    writeFileSync(join(checkout, path), text, { flag: 'wx' });
  }
  return files.map(({ path }) => path);
}

/** What a template holds for a shape. */
function partsOf(text, shape) {
  let wanted = true;
  const lines = text.split('\n').filter((line) => {
    const [, shapes] = PART.exec(line) ?? [];
    if (shapes === undefined) return wanted;
    wanted = shapes === 'all' || shapes.split(' ').includes(shape);
    return false;
  });
  return lines.join('\n');
}

async function render(template, path, { id, name, camel, pascal, constant }, checkout) {
  // Late, for it is a dependency: nothing may have been installed yet.
  const { format, resolveConfig } = await import('prettier');
  const values = { id, Name: name, camel, Pascal: pascal, CONSTANT: constant };
  const filepath = join(checkout, path);
  const text = template.replaceAll(/\$(id|Name|camel|Pascal|CONSTANT)\$/g, (_whole, key) => values[key]);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}

function filesOf({ id }) {
  return templatePaths().map((template) => ({ template, path: template.replaceAll('__id__', id) }));
}

function templatePaths(folder = '') {
  return readdirSync(join(TEMPLATES, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? templatePaths(path) : [path];
    })
    .sort();
}
