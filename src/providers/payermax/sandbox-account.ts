/** TEST ONLY: the merchant's key of the sandbox's account, published in docs/providers/payermax.md §9. */
const PRIVATE_KEY = [
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCY3VTwdvRutHeN9Da9SEfzFcQCsegZd+X5RN7ZaAEPaqM6',
  'cWFNWI7k+fFsiFZphrVizmk7R5ORKmMRulV9T0viTa8nY2cEPQcLLRetFTiRlqG8iMOLUa1UYnXVWyZOekxLSiWoL5u9h9Zu',
  'T5FmXwrWnwps9g5+qY3cbF6HVRyY8GEKtlIE9NH3FqG+cr7nZJAkGbf/l7IcIaH0gZF6B2H+vHf4kOkya6ortvVi7G2OwjJs',
  'zupZDC+YQlpmlcenXoBNzDW/stgN4gLTqsjCijtQn9i9Cte+mub37y+MleIKFDuC9+15sHr3S7EM+A2HZ5vJbND2AR0Bl8n3',
  'WckzpOyPAgMBAAECggEAR99Mx/DOFVzxl0M7F3zsI01ZBwFZxNu8O5qXgrWlRffX/ir/2ktoiB1CV0q1AlGtZ+Lv1Ejfh5Hb',
  '2aJ3/n5xidoHn+fbMEF3VdhiOOVw3vbpXYkaE5+X9MSEbYe5N43F4GJg2TZlLdQ3zE7J6M2H/YfycW+xOfmDcx9axJuOYhNs',
  '9p4zZNn4cz3h6ao43MvFe8oLdFd1HBISjqC+GmnYJr+Nc1u2dTXFo1jbtSehtO+tFN1rrSIT4+XUda4V523cebC5/94GLVvA',
  'lmkX/3mI51k3rM8/Rrp4JCFuyvJWwseSzExj50WQDVj3rn8QZgpQhHLu8BSb6Dmi+T8rwwY/NQKBgQDPuByrHz9Lbr9Imv0E',
  'lFE8edUQ9MGtMHLGsQPdKxqDjxazlCX8RBJCdB5jBD22snPgX+5VxUCdBwHmROYkuE469Xavbk17oWdJC2ER7269DPynudnG',
  'iDAouIISg1YjWG6ku5vCT6K/bjb0YpU/kSIGTskya5FU2YfMdR9t4EZEbQKBgQC8ZTaIXnN4SnOpJhWHWsBCuXi+/+Dg1Isq',
  'AGFa+HfP55KOq0RwpLAs90CUrev7rxHRJ57wKz+wk4Wufts2IrzGmvmz25RPNwWYXKW7DpjN86nHj/a/iU73XnCGRnDaHzkZ',
  'Aznr0XcYv5PVTrrDQIcBULim7XjqqlP/j893IH2/awKBgB/eiI98qNJi+HgkR2OXeetEaftDAiAXSdTQPd6GCXhb0MjWlwlg',
  'TEjj1fGtKebI9Fxde4yvSd2NwK3arlC98kq7dG0wCDVKqzUayNbenGfnATCepBoAtRraTCKZAfNEUx11J02luDuUplvScEGj',
  'e8vp9JaGyHJzOZGV+q959G31AoGBALVep0pPy9CRtJmyTWWaq59RGXqfsmoglL1h0lgW/pmL8h8hqOjc07Lmcijw60/I8lku',
  'UKgcqtsemsMr43RRqvV0u1I44aYFbYCKKQ9VdSxJGTlDUqSA1yH0rFXIuNp01q5K2dc6N/L+dJ8VhV114MMWaD5kPlWElwtg',
  '8rVX9VdzAoGAO7sogI472PvDsD0OALqKQgpzRunOGDT4nQaqkIEAao6hSMCMwYm2wmicq2gdbFL66YhoTX4OWA4ZXu0NrIkA',
  'WPIAZvvPPf7vkf5qsbL48AFgE78KsQIFmtMxQ3zaiS2o9ZuDsDxbnuIPYe8zlbini3LJI1gka9yHj+M/SlJDoOQ=',
].join('');

/** TEST ONLY: the public half of what the sandbox signs with (docs/providers/payermax.md §9). */
const PUBLIC_KEY = [
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq+IsC7q0LD76a0TzN99G4ZYiQnwco3kotlBLlxKQI1YzgJ2JRwsg',
  'j506qF9o6EKdTYO78Hik/kyXbVJ8iFIBMKVU40rvSf+wJHWKVIPMoYV/2CjaMBi7LKsEFSzOXe8G2W8NL1/7ee6nvckkVZnJ',
  'EY1HfyZGsNy+zxLYxSJpn5K3gVGFRmNITNlW34ol/7J5BohC04R/pwNu9h/DqlYpm0MSdt9/wz3uOBtCn/Sa/s5EFJWFY3Cm',
  'vhCDmRWu8U+eGVp1M3nJ850OlgmGvOG4XiBkdBle0KuWcKnZmKCmWNUP9rYmEMKr9Bx8pJhIIPGRTX29l6CLNGeZY6iPoqdk',
  'vQIDAQAB',
].join('');

/** The account of development by variable of the environment, at the sandbox of this address. */
export function sandboxAccount(sandboxUrl: string): Readonly<Record<string, string>> {
  return {
    PAYERMAX_BASE_URL: `${sandboxUrl}/payermax/aggregate-pay/api/gateway`,
    PAYERMAX_APP_ID: 'sandbox-app',
    PAYERMAX_MERCHANT_NO: 'SANDBOX0001',
    PAYERMAX_PRIVATE_KEY: PRIVATE_KEY,
    PAYERMAX_PUBLIC_KEY: PUBLIC_KEY,
    PAYERMAX_SCRIPT_URL: `${sandboxUrl}/payermax/dropin/js/pmdropin.min.js`,
  };
}
