/*
 * Vectors and key pairs as published in docs/providers/payermax.md §9, written down here a second time: the
 * sandbox's own constants are what is tested.
 */

export const MERCHANT = {
  privateKey: [
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCY3VTwdvRutHeN9Da9SEfzFcQCsegZd+X5RN7ZaA',
    'EPaqM6cWFNWI7k+fFsiFZphrVizmk7R5ORKmMRulV9T0viTa8nY2cEPQcLLRetFTiRlqG8iMOLUa1UYnXVWyZOekxL',
    'SiWoL5u9h9ZuT5FmXwrWnwps9g5+qY3cbF6HVRyY8GEKtlIE9NH3FqG+cr7nZJAkGbf/l7IcIaH0gZF6B2H+vHf4kO',
    'kya6ortvVi7G2OwjJszupZDC+YQlpmlcenXoBNzDW/stgN4gLTqsjCijtQn9i9Cte+mub37y+MleIKFDuC9+15sHr3',
    'S7EM+A2HZ5vJbND2AR0Bl8n3WckzpOyPAgMBAAECggEAR99Mx/DOFVzxl0M7F3zsI01ZBwFZxNu8O5qXgrWlRffX/i',
    'r/2ktoiB1CV0q1AlGtZ+Lv1Ejfh5Hb2aJ3/n5xidoHn+fbMEF3VdhiOOVw3vbpXYkaE5+X9MSEbYe5N43F4GJg2TZl',
    'LdQ3zE7J6M2H/YfycW+xOfmDcx9axJuOYhNs9p4zZNn4cz3h6ao43MvFe8oLdFd1HBISjqC+GmnYJr+Nc1u2dTXFo1',
    'jbtSehtO+tFN1rrSIT4+XUda4V523cebC5/94GLVvAlmkX/3mI51k3rM8/Rrp4JCFuyvJWwseSzExj50WQDVj3rn8Q',
    'ZgpQhHLu8BSb6Dmi+T8rwwY/NQKBgQDPuByrHz9Lbr9Imv0ElFE8edUQ9MGtMHLGsQPdKxqDjxazlCX8RBJCdB5jBD',
    '22snPgX+5VxUCdBwHmROYkuE469Xavbk17oWdJC2ER7269DPynudnGiDAouIISg1YjWG6ku5vCT6K/bjb0YpU/kSIG',
    'Tskya5FU2YfMdR9t4EZEbQKBgQC8ZTaIXnN4SnOpJhWHWsBCuXi+/+Dg1IsqAGFa+HfP55KOq0RwpLAs90CUrev7rx',
    'HRJ57wKz+wk4Wufts2IrzGmvmz25RPNwWYXKW7DpjN86nHj/a/iU73XnCGRnDaHzkZAznr0XcYv5PVTrrDQIcBULim',
    '7XjqqlP/j893IH2/awKBgB/eiI98qNJi+HgkR2OXeetEaftDAiAXSdTQPd6GCXhb0MjWlwlgTEjj1fGtKebI9Fxde4',
    'yvSd2NwK3arlC98kq7dG0wCDVKqzUayNbenGfnATCepBoAtRraTCKZAfNEUx11J02luDuUplvScEGje8vp9JaGyHJz',
    'OZGV+q959G31AoGBALVep0pPy9CRtJmyTWWaq59RGXqfsmoglL1h0lgW/pmL8h8hqOjc07Lmcijw60/I8lkuUKgcqt',
    'semsMr43RRqvV0u1I44aYFbYCKKQ9VdSxJGTlDUqSA1yH0rFXIuNp01q5K2dc6N/L+dJ8VhV114MMWaD5kPlWElwtg',
    '8rVX9VdzAoGAO7sogI472PvDsD0OALqKQgpzRunOGDT4nQaqkIEAao6hSMCMwYm2wmicq2gdbFL66YhoTX4OWA4ZXu',
    '0NrIkAWPIAZvvPPf7vkf5qsbL48AFgE78KsQIFmtMxQ3zaiS2o9ZuDsDxbnuIPYe8zlbini3LJI1gka9yHj+M/SlJD',
    'oOQ=',
  ].join(''),
  publicKey: [
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmN1U8Hb0brR3jfQ2vUhH8xXEArHoGXfl+UTe2WgBD2qjOn',
    'FhTViO5PnxbIhWaYa1Ys5pO0eTkSpjEbpVfU9L4k2vJ2NnBD0HCy0XrRU4kZahvIjDi1GtVGJ11VsmTnpMS0olqC+b',
    'vYfWbk+RZl8K1p8KbPYOfqmN3Gxeh1UcmPBhCrZSBPTR9xahvnK+52SQJBm3/5eyHCGh9IGRegdh/rx3+JDpMmuqK7',
    'b1YuxtjsIybM7qWQwvmEJaZpXHp16ATcw1v7LYDeIC06rIwoo7UJ/YvQrXvprm9+8vjJXiChQ7gvftebB690uxDPgN',
    'h2ebyWzQ9gEdAZfJ91nJM6TsjwIDAQAB',
  ].join(''),
};

export const PLATFORM = {
  privateKey: [
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCr4iwLurQsPvprRPM330bhliJCfByjeSi2UEuXEp',
    'AjVjOAnYlHCyCPnTqoX2joQp1Ng7vweKT+TJdtUnyIUgEwpVTjSu9J/7AkdYpUg8yhhX/YKNowGLssqwQVLM5d7wbZ',
    'bw0vX/t57qe9ySRVmckRjUd/Jkaw3L7PEtjFImmfkreBUYVGY0hM2VbfiiX/snkGiELThH+nA272H8OqVimbQxJ233',
    '/DPe44G0Kf9Jr+zkQUlYVjcKa+EIOZFa7xT54ZWnUzecnznQ6WCYa84bheIGR0GV7Qq5ZwqdmYoKZY1Q/2tiYQwqv0',
    'HHykmEgg8ZFNfb2XoIs0Z5ljqI+ip2S9AgMBAAECggEAKtLGtoVlrkBik6cyEZGHT1zgXEAfwnrFMeb/bjwpvSQU4M',
    '5fDVwwWJeLrbdXo8Y0+sL/aAIm2VSrxYjvjecgdMY8SAS7aWxSrkK6nCPaL8Pa/jfvZFxFBfP1qHDpWW3b/wA0AMGh',
    'Hdff4uDiNJGEDuNsFLmskxPsVhsT9smEF0VFcXHjuUZBj0N/AIAdz3yGQn4xJd9BqgFeYu3fSMuL9Py1srUH+aVtHd',
    'G2zbzHX0HjvptW9H6PH/4ey7uEpnvJpkSxbuWENccSdcRtzpRp5881MTINFfIKA0qKGYs4Dw69/awbzA57ZfIRZ90D',
    '4tMMcQ4FHKqbqU9FkZKdkUuW4QKBgQDoRZf7XTVTLiIJ7upvSIxmQZf5RBYJp1V6CPPirsytsDh+GGZ8c40N6ZX8wh',
    'couXhuCqUfG67j/v+U2gS0X+/8f49gzqFUGCJisHd0LwdIH6UfpugQ7Go3vJ2BViG3+Zm6NIwhK5xOhQI2Aixu4l3u',
    'lJ6AutmTU2Xatt25Bj6QbwKBgQC9cUsUld0jENbvju3BwmaUOiUJJtFOV+8MUHG1OpVTRVbsbduOzwqz2qSOv9TWTL',
    'c/RAbjtixRgcZSTsV29jYcvVDKleeWqwMiWdxFLh3JO3QqlKLYHTa1irX3HSj8wrct7aes941ZuiYTjgBMI8Bs2VHI',
    'bCWJUJemVByBgk1bkwKBgQCDkaBUh2jEVFZ9r/Ll1H+LEM7IKLQfBcVaWiXkGsXgAPkPHD05c67L2avXQA4kSGMaWj',
    'dMVr8LcQ9PPuv5THrBWXRbDtC9tOoNYw5XJqiGRz6enknIBFLqfZHuiF6TOvTEUC2sQGrK43bsJvEKYnl4woDCRJUo',
    'ac5BROJ1gz7/SwKBgEKpHAdJWMAfC9LOE4GLu3bLIv8eZqZPsPE/WVOxIpxjmNunKIwO9LAm7qLAg89IvW6IrHfyQZ',
    'QIu1V5HGjo6E+imkw/BXfyAy9SOX0qZhbKUe0t0kODvB2TisZCv4p5peWGa+skTNvW8dENtbMVHX/v1KRW0bqI3mQL',
    '0uALjtb7AoGAe5AohXS3cDFOg4+tiMlsEya/VJMyWH8+KCV9D+BCkt7NZwRMhbqOgj/HZcbpOfucBg8PXJY3UBWwMB',
    'bWnCaSR5un4wzNI3qBQv7yt75Gb4T9M9xSxpwTrFo5jRPHleuAsmFaDoZMpgLttq8Cdavj3jQ4/3A7bHIg4WzHvk6b',
    'I38=',
  ].join(''),
  publicKey: [
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq+IsC7q0LD76a0TzN99G4ZYiQnwco3kotlBLlxKQI1YzgJ',
    '2JRwsgj506qF9o6EKdTYO78Hik/kyXbVJ8iFIBMKVU40rvSf+wJHWKVIPMoYV/2CjaMBi7LKsEFSzOXe8G2W8NL1/7',
    'ee6nvckkVZnJEY1HfyZGsNy+zxLYxSJpn5K3gVGFRmNITNlW34ol/7J5BohC04R/pwNu9h/DqlYpm0MSdt9/wz3uOB',
    'tCn/Sa/s5EFJWFY3CmvhCDmRWu8U+eGVp1M3nJ850OlgmGvOG4XiBkdBle0KuWcKnZmKCmWNUP9rYmEMKr9Bx8pJhI',
    'IPGRTX29l6CLNGeZY6iPoqdkvQIDAQAB',
  ].join(''),
};

export const VECTOR_A = {
  text: [
    '{"version":"1.5","keyVersion":"1","requestTime":"2022-01-17T09:05:52.194+00:00","appId":"3',
    'b242b56a8b64274bcc37dac281120e3","merchantNo":"020213827212251","data":{"outTradeNo":"P164',
    '2410680681"}}',
  ].join(''),
  sha256: 'a3902d1f7043dcd2eec10398db53e5c9fea3b12c4e8a3f84c53c100a1a07877f',
  sign: [
    'Mi5ixHt6MCvgK7H+oKWBxvxlzFqAxk8dZ3KV1vRJ7qdZKpdpUWGRFN6GBpdHJ3hOhtQdpIsxeBApos+WJ8zkOsacX4',
    '0rZB8nKG3XOcJRmnZPJYdriETXbyGnRUqr53VSOUcBnefYLHaiPljgwgTZDlwgK1yDMc2I+NcF+fYquNYKOZqoFeB9',
    '721cEX58cW5o6OuPffrMDLEcwyeLPFURKePA0iUqnZq8AJ45/jePp9hwKFmqHpE9QogOWB04j/e8WjIl5GEQ8CzK5M',
    'lOKHJ6N8u4mDNzw3ddu62QcmrC4d5STMCXHnYLciD3T+8tAID/AFgQvZvPj4OhbIJxdh1EdA==',
  ].join(''),
};

export const VECTOR_B = {
  text: [
    '{"code":"APPLY_SUCCESS","msg":"Success.","data":{"clientKey":"ck_test_0001","sessionKey":"',
    'sk_test_0001","notSupportedComponent":[]}}',
  ].join(''),
  sha256: '3095f82793ca759c7c0a1e06eb8de12590f0e65599ba5673285a8d79184cce7b',
  sign: [
    'VkQO+9gj4qNBzqqWnMkHgLxp+Ric9j+3y4cnnknsZZksPEQdAYku39JJfddcADFu6yNxiZbJuJWBBqsQ/zkzcVdL+u',
    'rcSdSb1DO0rQECnWDvlBD3hqrar0+PAyaaBBOO5uKhYkyZvh8TB5QkvRZ9zMjZc+u/f9AUuJnMkomNRmquprElpxuz',
    '3pJHigRQh/myyMlxYbXxwoojJOr/i4HtePy8qmsosXflkY/9wFjAV45f/W4hEd1Qt4+uOAfrzev+lEDBR1qak10n7g',
    'cJ+bYfZKGAC26No+v8vGRJ355mjz+TYhyoS4pCeDtHjjNDxOykSsr4LznJPyPR4zNdzpGoJQ==',
  ].join(''),
};

export const VECTOR_C = {
  text: [
    '{"code":"APPLY_SUCCESS","msg":"Success.","keyVersion":"1","appId":"3b242b56a8b64274bcc37da',
    'c281120e3","merchantNo":"020213827212251","notifyTime":"2022-01-17T09:33:54.540+00:00","no',
    'tifyType":"PAYMENT","data":{"outTradeNo":"P1642410680681","tradeToken":"T20240627022892320',
    '00001","totalAmount":77.40,"currency":"HKD","status":"SUCCESS","reference":"café €","compl',
    'eteTime":"2022-01-17T09:33:54.120Z"}}',
  ].join(''),
  sha256: '75e839041cc227260a262c4c22c27e433fb4dd1cb0b077bcec7f7690e7dfa052',
  sign: [
    'Zvx5hoNXWBgkFLFfIxjMYkZY3oW7m5hRVm2wNwCKkk/v7i5Cww266YqjzF5Rqn6tCdHeWF8jjJBvaPCGD11UDnYC+C',
    'C5qPU69t4Tnf6BzZGmj6m02083lbiaQcK0mGS5bDCphiVnz+Yxb7QMDKtKCgvKFPq+WlcRvZ5apBgcsRX7gGFt6nev',
    'W3ZgBQ6bGVXRF9Kn99KkBZTh2yhy1ARVXvtMm5smv5qtCXQLrVG+gr4E2cVWM7Babv9bY19wRc/WjFp05OAXpqpipi',
    'V5DVgBOaBQIuCsbnZb9qaw1zixmmCn0+4dbGJWml1VucPsdXZ4AhM2tHtAUZSbV5Z1mBbztw==',
  ].join(''),
};
