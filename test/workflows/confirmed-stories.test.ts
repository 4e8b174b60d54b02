import { cancelUpdate } from '../../src/contract/workflow';
import { AccountStories, codeOf, FORM, HOUR, paid } from './account-stories';
import type { StoryRig } from './story-rig';

const stories = new AccountStories();
const { confirm, opened } = stories;
let rig: StoryRig;
beforeAll(async () => {
  rig = await stories.start();
});
afterAll(() => rig.stop());

describe('droppay-acquirer', () => {
  it('is granted when the backend says that the terminal took the card', async () => {
    const { id, payment, fake } = await opened('droppay-acquirer');
    expect(payment).toMatchObject({ status: 'requires_confirmation', nextAction: { type: 'confirm' } });
    expect(await confirm(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
  });

  it('looks up a grant whose answer was lost instead of repeating it', async () => {
    const { id, fake } = await opened('droppay-acquirer');
    fake.taking = () => {
      fake.finding = paid;
      return { outcome: 'unknown', detail: 'reset', settledAfter: new Date(0).toISOString() };
    };
    await confirm(id);
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
  });

  it('is never granted after it expired or was cancelled', async () => {
    const expired = await opened('droppay-acquirer', 60_000);
    expect(await rig.end(expired.id)).toMatchObject({ status: 'expired' });
    const cancelled = await opened('droppay-acquirer');
    expect(await rig.handle(cancelled.id).executeUpdate(cancelUpdate)).toMatchObject({
      status: 'cancelled',
    });
    for (const { fake } of [expired, cancelled]) expect(fake.calls).not.toContain('take');
  });

  it('takes one word of the backend', async () => {
    const { id, fake } = await opened('droppay-acquirer');
    const answers = await Promise.all([codeOf(confirm(id)), codeOf(confirm(id)), codeOf(confirm(id))]);
    expect(answers.filter((code) => code === undefined)).toHaveLength(1);
    await rig.end(id);
    expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
  });
});

describe('payermax', () => {
  it('orders with the token of the form', async () => {
    const { id, payment } = await opened('payermax');
    expect(payment.nextAction).toMatchObject({ type: 'dropin', sessionKey: 'sk' });
    expect(await confirm(id, FORM)).toMatchObject({ status: 'succeeded' });
  });

  it('sends the payer on for 3-D Secure and waits for the end', async () => {
    const { id, fake } = await opened('payermax');
    const step = { type: 'redirect', url: 'https://3ds.example' } as const;
    fake.taking = () => ({ outcome: 'pending', nextAction: step });
    expect(await confirm(id, FORM)).toMatchObject({ status: 'requires_action', nextAction: step });
    expect(await codeOf(rig.handle(id).executeUpdate(cancelUpdate))).toBe('not_cancellable');
    fake.finding = paid;
    await rig.hint(id);
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
  });

  it('needs nobody to stop before it has ordered', async () => {
    const { id, fake } = await opened('payermax');
    expect(await rig.handle(id).executeUpdate(cancelUpdate)).toMatchObject({ status: 'cancelled' });
    const quiet = await opened('payermax', 60_000);
    expect(await rig.end(quiet.id)).toMatchObject({ status: 'expired' });
    expect([...fake.calls, ...quiet.fake.calls]).not.toContain('take');
  });

  it('is not ordered a second time when the first order never turned up', async () => {
    const { id, fake } = await opened('payermax', HOUR / 2);
    const settledAfter = new Date((await rig.env.currentTimeMs()) + 4 * HOUR).toISOString();
    fake.taking = () => ({ outcome: 'unknown', detail: 'reset', settledAfter });
    fake.finding = () => ({ state: 'absent' });
    await confirm(id, FORM);
    expect(await rig.end(id)).toMatchObject({ status: 'expired', amountReceived: 0 });
    expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
  });

  it('is watched after its first order never turned up, and a payment found then goes to a person', async () => {
    const { id, fake } = await opened('payermax', HOUR / 2);
    const settledAfter = new Date((await rig.env.currentTimeMs()) + HOUR).toISOString();
    fake.taking = () => ({ outcome: 'unknown', detail: 'reset', settledAfter });
    // Until then the order may still appear, and "no such order" ends nothing.
    fake.finding = () => ({ state: 'absent' });
    await confirm(id, FORM);
    await rig.env.sleep(HOUR - 60_000);
    expect(await rig.payment(id)).toMatchObject({ status: 'processing' });
    expect(await codeOf(rig.handle(id).executeUpdate(cancelUpdate))).toBe('not_cancellable');
    await rig.until(id, 'expired', HOUR);
    await rig.env.sleep(20 * HOUR);
    fake.finding = paid;
    expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
      review: { reason: 'paid_after_end' },
      amountReceived: 1250,
    });
    expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
  });

  it('an order that is answered as pending is never ended because the provider does not show it', async () => {
    const { id, fake } = await opened('payermax', HOUR / 2);
    fake.taking = () => ({ outcome: 'pending' });
    fake.finding = () => ({ state: 'absent' });
    await confirm(id, FORM);
    // Well after the order's life and all margins.
    await rig.env.sleep(3 * HOUR);
    expect(await rig.payment(id)).toMatchObject({ status: 'processing' });
    fake.finding = paid;
    await rig.hint(id);
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.calls.filter((call) => call === 'take')).toHaveLength(1);
  });
});
