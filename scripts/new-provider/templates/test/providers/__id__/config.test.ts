import { $CONSTANT$_VARIABLES, $camel$SettingsSchema } from '../../../src/providers/$id$/config';

const HOST = 'https://api.example.com';
const SETTINGS = {
  baseUrl: HOST,
  clientId: 'test-id',
  clientSecret: 'test-secret',
  //: form
  scriptUrl: 'https://assets.example.com/form.js',
  //: all
};

test('the variables are exactly the settings that have no default', () => {
  const settings = Object.values($CONSTANT$_VARIABLES).map((setting) => [setting, SETTINGS[setting]]);
  expect($camel$SettingsSchema.parse(Object.fromEntries(settings))).toEqual(SETTINGS);
});

test.each([
  ['baseUrl', 'api.example.com'],
  ['baseUrl', 'ftp://api.example.com'],
  ['baseUrl', 'https://user:pass@api.example.com'],
  ['baseUrl', `${HOST}/?a=1`],
  ['clientId', ''],
  ['clientSecret', 'with space'],
  ['callTimeoutMs', 0],
  ['connectTimeoutMs', -1],
])('refuses %s = %j by name, without showing a secret', (field, value) => {
  const result = $camel$SettingsSchema.safeParse({ ...SETTINGS, [field]: value });
  expect(result.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  expect(result.error?.message).not.toContain(SETTINGS.clientSecret);
});

test('refuses a setting it does not know', () => {
  const settings = { ...SETTINGS, webhookUrl: HOST };
  expect($camel$SettingsSchema.safeParse(settings).error?.message).toContain('webhookUrl');
});
