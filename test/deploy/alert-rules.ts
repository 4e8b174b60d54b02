import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const ALERTS_FILE = join(__dirname, '../../deploy/prometheus/alerts.yml');

export interface AlertRule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

export function alertRules(): AlertRule[] {
  const { groups } = parse(readFileSync(ALERTS_FILE, 'utf8')) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** Names of the metrics that the rules ask about; `up` is Prometheus' own. */
export function metricsOfRules(): string[] {
  const names = alertRules().flatMap(({ expr }) => expr.match(/\b(holdfast|temporal)_[a-z_]+\b/g) ?? []);
  return [...new Set(names)].sort();
}
