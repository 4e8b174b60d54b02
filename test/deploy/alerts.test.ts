import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes';
import { promtool } from '../support/promtool';
import { ALERT_CASES } from './alert-cases';
import { ALERTS_FILE, alertRules } from './alert-rules';
import { patience } from '../support/patience';

/** promtool may have to be got first, and plays days. */
jest.setTimeout(patience(120_000));

const CONFIG = join(__dirname, '../../deploy/prometheus/prometheus.yml');
const AT_MINUTES = 40;

/** Has promtool play the series of every alert, and ask whether it is firing then. */
function played(which: 'fires' | 'calm') {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-alerts-'));
  const file = join(folder, 'test.yml');
  const tests = Object.entries(ALERT_CASES).map(
    ([alert, { [which]: series, afterMinutes = AT_MINUTES }]) => ({
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        {
          expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
          eval_time: `${afterMinutes}m`,
          exp_samples: [{ labels: '{}', value: which === 'fires' ? 1 : 0 }],
        },
      ],
    }),
  );
  try {
    writeFileSync(file, stringify({ rule_files: [ALERTS_FILE], evaluation_interval: '1m', tests }));
    return promtool('test', 'rules', file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const passed = { status: 0, output: expect.stringContaining('SUCCESS') as string };

test('Prometheus takes the rules and the configuration that names them', () => {
  expect(promtool('check', 'rules', ALERTS_FILE)).toEqual(passed);
  expect(promtool('check', 'config', CONFIG)).toEqual(passed);
});

test('there is a case for every alert, and no other', () => {
  expect(Object.keys(ALERT_CASES).sort()).toEqual(
    alertRules()
      .map(({ alert }) => alert)
      .sort(),
  );
});

test('every alert fires when it should', () => {
  expect(played('fires')).toEqual(passed);
});

test('every alert is calm when it should', () => {
  expect(played('calm')).toEqual(passed);
});

test('each alert says how grave it is and where the runbook tells what to do', () => {
  const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
  const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title));
  for (const { alert, labels, annotations } of alertRules()) {
    expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(warning|critical)$/)]);
    const [file, anchor] = annotations.runbook.split('#');
    expect([alert, file]).toEqual([alert, 'docs/runbook.md']);
    expect(anchors).toContain(anchor);
    expect(annotations.summary).toMatch(/\w{3}/);
  }
});

test('the runbook names every alert and no other', () => {
  const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
  const named = new Set(runbook.match(/\bHoldfast[A-Z][A-Za-z]+\b/g) ?? []);
  const known = new Set(alertRules().map(({ alert }) => alert));
  expect([...known].filter((alert) => !named.has(alert))).toEqual([]);
  const attributes = new Set(Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name));
  expect([...named].filter((name) => !known.has(name) && !attributes.has(name))).toEqual([]);
});

/** As GitHub makes them. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
