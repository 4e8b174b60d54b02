import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readmeWithCapabilities } from './capabilities.mjs';
import { CHECKOUT } from './prepare.mjs';

const GENERATED = new Set(['node_modules', 'dist', 'coverage', '.git']);

/** Every way in which the documents disagree with the files beside them, as `file: what`. */
function disagreements() {
  const { scripts } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8'));
  return markdownFiles(CHECKOUT).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const name = file.slice(CHECKOUT.length + 1);
    return [...brokenLinks(file, text), ...unknownCommands(text, scripts)].map((what) => `${name}: ${what}`);
  });
}

function markdownFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return GENERATED.has(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

function brokenLinks(file, text) {
  const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map((match) => match[1]);
  return links
    .filter((link) => !existsSync(resolve(dirname(file), link)))
    .map((link) => `links to ${link}, which does not exist`);
}

function unknownCommands(text, scripts) {
  const named = [...text.matchAll(/\bnpm run ([a-z][a-z:-]*)/g)].map((match) => match[1]);
  return [...new Set(named)]
    .filter((name) => !(name in scripts))
    .map((name) => `names npm run ${name}, which package.json does not have`);
}

async function staleCapabilities() {
  const readme = readFileSync(join(CHECKOUT, 'README.md'), 'utf8');
  if (readme === (await readmeWithCapabilities())) return [];
  return ['README.md: its table of providers is not what the code says: npm run capabilities'];
}

const found = [...disagreements(), ...(await staleCapabilities())];
for (const disagreement of found) console.error(disagreement);
process.exitCode = found.length === 0 ? 0 : 1;
