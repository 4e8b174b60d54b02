import type { Client } from '@temporalio/client';
import { eventually } from '../support/eventually';
import { ApiRig } from './api-rig';

/** Temporal, as far as `/readyz` asks it: it answers when it is let. */
class SlowTemporal {
  asked = 0;
  private waiting: ((problem: Error | null) => void)[] = [];
  readonly client = {
    options: { namespace: 'default' },
    withDeadline: (_deadline: number, ask: () => Promise<unknown>) => ask(),
    connection: {
      workflowService: {
        describeNamespace: () => {
          this.asked += 1;
          return new Promise<void>((resolve, reject) =>
            this.waiting.push((problem) => (problem ? reject(problem) : resolve())),
          );
        },
      },
    },
  } as unknown as Client;

  answer(problem: Error | null): void {
    for (const each of this.waiting.splice(0)) each(problem);
  }
}

test('strangers who ask whether it is ready, however many, do not make it unready', async () => {
  const temporal = new SlowTemporal();
  const api = await ApiRig.start(temporal.client);
  const statusesWhen = async (problem: Error | null) => {
    const before = temporal.asked;
    const asking = Array.from({ length: 30 }, () => api.call({ path: '/readyz', key: null }));
    await eventually(
      () => Promise.resolve(temporal.asked),
      (asked) => asked > before,
    );
    const answering = setInterval(() => temporal.answer(problem), 200);
    const answers = await Promise.all(asking).finally(() => clearInterval(answering));
    return [...new Set(answers.map(({ status }) => status))];
  };
  try {
    expect(await statusesWhen(null)).toEqual([200]);
    expect(await statusesWhen(new Error('out of reach'))).toEqual([503]);
    expect(await statusesWhen(null)).toEqual([200]);
  } finally {
    await api.stop();
  }
});
