import { dropPaySettingsSchema } from '../../../src/providers/droppay/config';
import { settingsFor } from './vectors';

test('defaults are the assumed facts of the notes', () => {
  expect(settingsFor('https://api.drop-pay.io').assumed).toEqual({
    payTokenLifeMs: 180_000,
    settleMarginMs: 60_000,
    acquirerCreatedGranted: false,
  });
  expect(settingsFor('https://api.drop-pay.io', { assumed: { settleMarginMs: 0 } }).assumed).toEqual({
    payTokenLifeMs: 180_000,
    settleMarginMs: 0,
    acquirerCreatedGranted: false,
  });
});

test.each([
  ['baseUrl', 'api.drop-pay.io'],
  ['baseUrl', 'ftp://api.drop-pay.io'],
  ['baseUrl', 'https://user:pass@api.drop-pay.io'],
  ['baseUrl', 'https://api.drop-pay.io/?a=1'],
  ['clientId', ''],
  ['clientSecret', ''],
  ['connectionCode', ''],
  ['posId', ''],
  ['acquirerPosId', ''],
  ['refundPath', 'shop/v1/pos/refund'],
  ['callTimeoutMs', 0],
  ['connectTimeoutMs', -1],
])('refuses %s = %j by name, without showing a secret', (field, value) => {
  const settings = { ...settingsFor('https://api.drop-pay.io'), [field]: value };
  const result = dropPaySettingsSchema.safeParse(settings);
  expect(result.error?.issues.map(({ path }) => path[0])).toContain(field);
  expect(result.error?.message).not.toMatch(/test-secret|test-code/);
});

test('refuses a setting it does not know', () => {
  const settings = { ...settingsFor('https://api.drop-pay.io'), posid: 'POS1' };
  expect(dropPaySettingsSchema.safeParse(settings).error?.message).toContain('posid');
});
