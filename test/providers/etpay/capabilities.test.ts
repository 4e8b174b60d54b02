import { checkAmount, ETPAY_CAPABILITIES, wholePesos } from '../../../src/providers/etpay/capabilities';
import { etPayOptionsSchema, mexicanPhone } from '../../../src/providers/etpay/options';

test.each([
  [1, 'CLP', 1],
  [15990, 'CLP', 15990],
  [50000, 'CLP', 50000],
  [100, 'MXN', 1],
  [3900, 'MXN', 39],
  [ETPAY_CAPABILITIES.maxAmount, 'CLP', 99_999_999],
])('%i %s in minor units are %i pesos', (amount, currency, pesos) => {
  expect(checkAmount(amount, currency)).toBeNull();
  expect(wholePesos(amount, currency)).toBe(pesos);
});

test.each([
  [1050, 'MXN'],
  [1, 'MXN'],
  [99, 'MXN'],
  [1.5, 'CLP'],
])('%d %s is no whole number of pesos', (amount, currency) => {
  expect(checkAmount(amount, currency)).toContain(`${amount} ${currency}`);
  expect(() => wholePesos(amount, currency)).toThrow(RangeError);
});

test('bank codes are sent in lower case', () => {
  expect(
    etPayOptionsSchema.parse({ userBankCode: 'CL_TEST', userRut: '11111111K', targetFlow: 'spei' }),
  ).toEqual({
    userBankCode: 'cl_test',
    userRut: '11111111K',
    targetFlow: 'spei',
  });
  expect(etPayOptionsSchema.parse({})).toEqual({});
});

test.each([
  { userBankCode: 'santander' },
  { userRut: '11.111.111-1' },
  { targetFlow: 'card' },
  { is_rut_block: 'true' },
])('options %j are refused', (options) => {
  expect(etPayOptionsSchema.safeParse(options).success).toBe(false);
});

test.each([
  ['5512345678', '5512345678'],
  ['+52 55 1234-5678', '5512345678'],
  ['(55) 1234.5678', '5512345678'],
  ['+56 9 1234 5678', undefined],
  ['551234567', undefined],
  ['', undefined],
  [undefined, undefined],
])('phone %j is sent as %j', (phone, sent) => {
  expect(mexicanPhone(phone)).toBe(sent);
});
