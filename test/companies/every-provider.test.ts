import { capabilitiesOf } from '../../src/providers/capabilities';
import { PROVIDERS, type ProviderId } from '../../src/domain/payment';
import { startSandbox } from '../../src/sandbox/server';
import { activityNames } from '../simulation/activity-names';
import { Company, type World } from '../simulation/companies/company';
import { SandboxControl } from '../support/sandbox-control';
import { callsOfCompany, companiesOf, PROVIDERS_UNDER_TEST, underTest } from './index';
import type { Case } from './provider-under-test';

const simulated = (provider: ProviderId) => new (underTest(provider).simulation.company)({} as World);
const kindsOf = (provider: ProviderId) =>
  Object.values(simulated(provider).activities).map((activity) => activity.kind);
const skipped = (provider: ProviderId, name: Case) =>
  underTest(provider).conformance.skips?.[name] !== undefined;

/** What is left out of a table is nowhere tried: so it has to be what the provider cannot do. */
describe.each(PROVIDERS)('what the suites know of %s', (provider) => {
  const can = capabilitiesOf(provider);
  const { calls, readRefund, conformance, simulation, chaos } = underTest(provider);
  const { stories, refunding = {} } = chaos;

  it('stands under its own id', () => {
    expect(underTest(provider).provider).toBe(provider);
  });

  it('says how money is given back where it can be', () => {
    const refunds = can.refund !== 'none';
    expect({
      conformance: !skipped(provider, 'refunded'),
      calls: calls.refund !== undefined,
      simulation: kindsOf(provider).includes('refund'),
      chaos: Object.keys(refunding).some((how) => how !== 'none'),
    }).toEqual({ conformance: refunds, calls: refunds, simulation: refunds, chaos: refunds });
    expect('two_parts' in refunding).toBe(can.refund === 'full_and_partial');
    expect(chaos.refundDone !== undefined).toBe(refunds || can.seesRefunds);
  });

  it('shows refunds of a dashboard where look-ups do', () => {
    const hasDashboard = simulation.company.prototype.dashboard !== Company.prototype.dashboard;
    expect(hasDashboard).toBe(can.seesRefunds);
  });

  it('confirms where it is confirmed, and acts on a page where it is not', () => {
    expect({
      simulation: simulation.usual.some((act) => act.do === 'confirm'),
      chaos: stories.confirmed_twice !== undefined,
      page: chaos.page === undefined,
    }).toEqual({ simulation: can.confirm, chaos: can.confirm, page: can.confirm });
  });

  it('is cancelled where it can be', () => {
    expect({
      conformance: !skipped(provider, 'cancelled'),
      chaos: stories.cancelled !== undefined && stories.cancelled_while_paying !== undefined,
    }).toEqual({ conformance: can.cancel, chaos: can.cancel });
  });

  it('gives the reason for every act that it lacks, and for no other', () => {
    const declines = conformance.decline !== undefined || underTest(provider).declinedOrder !== undefined;
    expect(skipped(provider, 'declined')).toBe(!declines);
    expect(stories.declined !== undefined).toBe(declines);
    expect(skipped(provider, 'paid after the end')).toBe(conformance.payLate === undefined);
    expect(stories.walked_away !== undefined).toBe(chaos.expiresInSeconds !== undefined);
  });

  it('simulates the calls that the provider has', () => {
    const kinds = kindsOf(provider);
    expect({
      open: kinds.includes('open'),
      read: kinds.includes('read'),
      take: kinds.includes('take'),
      stop: kinds.includes('stop'),
      readRefund: kinds.includes('read_refund'),
    }).toEqual({
      open: true,
      read: true,
      take: calls.take !== undefined,
      stop: calls.stop !== undefined,
      readRefund: readRefund !== undefined,
    });
    const names = Object.keys(simulated(provider).activities);
    expect(names.filter((name) => !activityNames().includes(name))).toEqual([]);
  });

  it('tells a lie in every call whose answer decides something', () => {
    expect(Object.keys(conformance.lies)).toEqual(
      expect.arrayContaining(['read', ...(['take', 'refund'] as const).filter((step) => calls[step])]),
    );
  });
});

it('each company has one account', () => {
  const owners = PROVIDERS_UNDER_TEST.filter(({ variables }) => variables).map(({ company }) => company);
  expect(owners).toEqual(companiesOf(PROVIDERS));
});

it('all calls are calls of the sandbox', async () => {
  const sandbox = await startSandbox();
  const control = new SandboxControl(sandbox.url);
  for (const company of companiesOf(PROVIDERS)) {
    for (const call of callsOfCompany(company))
      await control.call('POST', `/${company}/faults`, { call, kind: 'reset' });
  }
  await sandbox.close();
});
