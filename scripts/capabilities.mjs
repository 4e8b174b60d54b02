import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { CHECKOUT, prepare } from './prepare.mjs';

const README = join(CHECKOUT, 'README.md');
const MARKED = /(<!-- capabilities:start -->)[\s\S]*?(<!-- capabilities:end -->)/;
const REFUNDS = { none: 'none', once: 'once, any part', full_and_partial: 'full and partial' };
const LONGEST_CURRENCY_LIST = 4;

/** The README as it should be: what providers can do is told by the code. */
export async function readmeWithCapabilities() {
  const readme = readFileSync(README, 'utf8');
  if (!MARKED.test(readme)) throw new Error('README.md has lost its capabilities:start and capabilities:end');
  const text = readme.replace(MARKED, `$1\n\n${table(loadCapabilities())}\n\n$2`);
  return format(text, { ...(await resolveConfig(README)), parser: 'markdown' });
}

/** What providers can do stands on the domain alone, and that on nothing: it runs without a build. */
const SOURCES = /^(domain\/[^/]+|providers\/([^/]+\/)?capabilities)\.ts$/;

function loadCapabilities() {
  const from = join(CHECKOUT, 'src');
  const to = mkdtempSync(join(tmpdir(), 'holdfast-capabilities-'));
  try {
    for (const file of readdirSync(from, { recursive: true }).filter((name) => SOURCES.test(name))) {
      const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
      const { outputText } = ts.transpileModule(readFileSync(join(from, file), 'utf8'), { compilerOptions });
      const compiled = join(to, file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(compiled), { recursive: true });
      writeFileSync(compiled, outputText);
    }
    const load = createRequire(join(to, 'index.js'));
    return Object.assign(
      {},
      ...['providers/capabilities', 'domain/capabilities', 'domain/money'].map((name) =>
        load(`./${name}.js`),
      ),
    );
  } finally {
    rmSync(to, { recursive: true });
  }
}

function table({ CAPABILITIES, amountBounds, describeMoney }) {
  const head = [
    'Provider',
    'Currencies',
    'Amount',
    'Expiry (default)',
    'Cancel',
    'Confirm',
    'Refunds',
    'Callback',
  ];
  const rows = Object.entries(CAPABILITIES).map(([id, can]) => [
    `\`${id}\``,
    currencies(can),
    amounts(can, amountBounds, describeMoney),
    `${can.expiry.min}–${can.expiry.max} s (${can.expiry.default} s)`,
    can.cancel ? 'yes' : 'no',
    can.confirm ? 'yes' : 'no',
    REFUNDS[can.refund] + (can.seesRefunds ? "; the dashboard's are seen" : ''),
    can.callbackProof === 'signature' ? 'signed' : 'a hint',
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function currencies({ currencies }) {
  if (currencies.length === 0) return 'none';
  return currencies.length <= LONGEST_CURRENCY_LIST ? currencies.join(', ') : String(currencies.length);
}

/** Bounds are in minor units: their size in words depends on the currency, so the first one stands for all. */
function amounts(can, amountBounds, describeMoney) {
  const { currencies, boundsByCurrency } = can;
  if (currencies.length === 0) return '';
  const currency = currencies.includes('EUR') ? 'EUR' : currencies[0];
  const { minAmount, maxAmount } = amountBounds(can, currency);
  const [least] = describeMoney({ amount: minAmount, currency }).split(' ');
  const others = boundsByCurrency ? '; other bounds in some currencies' : '';
  return `${least}–${describeMoney({ amount: maxAmount, currency })}${others}`;
}

async function main() {
  await prepare(['dependencies']);
  writeFileSync(README, await readmeWithCapabilities());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
