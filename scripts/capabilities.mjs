import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const text = readme.replace(MARKED, `$1\n\n${table(loadDomain())}\n\n$2`);
  return format(text, { ...(await resolveConfig(README)), parser: 'markdown' });
}

/** The domain imports nothing, so that it runs without a build. */
function loadDomain() {
  const from = join(CHECKOUT, 'src/domain');
  const to = mkdtempSync(join(tmpdir(), 'holdfast-domain-'));
  try {
    for (const file of readdirSync(from)) {
      const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
      const { outputText } = ts.transpileModule(readFileSync(join(from, file), 'utf8'), { compilerOptions });
      writeFileSync(join(to, file.replace(/\.ts$/, '.js')), outputText);
    }
    const load = createRequire(join(to, 'index.js'));
    return { ...load('./capabilities.js'), ...load('./money.js') };
  } finally {
    rmSync(to, { recursive: true });
  }
}

function table({ CAPABILITIES, describeMoney }) {
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
    amounts(can, describeMoney),
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
function amounts({ currencies, minAmount, maxAmount }, describeMoney) {
  if (currencies.length === 0) return '';
  const currency = currencies.includes('EUR') ? 'EUR' : currencies[0];
  const [least] = describeMoney({ amount: minAmount, currency }).split(' ');
  return `${least}–${describeMoney({ amount: maxAmount, currency })}`;
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
