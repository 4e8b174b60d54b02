import type { MetricMeter, MetricTags } from '@temporalio/common';

/** One value that was recorded, with its labels. */
export interface Recorded {
  name: string;
  value: number;
  labels: MetricTags;
}

/** A meter that keeps what is recorded on it. */
export class RecordedMetrics implements MetricMeter {
  readonly all: Recorded[] = [];

  createCounter: MetricMeter['createCounter'] = (name) => {
    const add = this.recorder(name);
    return { name, kind: 'counter', valueType: 'int', add, withTags: () => this.createCounter(name) };
  };

  createHistogram: MetricMeter['createHistogram'] = (name, valueType = 'int') => {
    const record = this.recorder(name);
    const withTags = () => this.createHistogram(name, valueType);
    return { name, kind: 'histogram', valueType, record, withTags };
  };

  createGauge: MetricMeter['createGauge'] = (name, valueType = 'int') => {
    const set = this.recorder(name);
    return { name, kind: 'gauge', valueType, set, withTags: () => this.createGauge(name, valueType) };
  };

  withTags(): MetricMeter {
    return this;
  }

  private recorder(name: string) {
    return (value: number, labels: MetricTags = {}): void => {
      this.all.push({ name, value, labels });
    };
  }
}
