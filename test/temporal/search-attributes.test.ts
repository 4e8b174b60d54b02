import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { newPayment } from '../../src/domain/payment';
import {
  paymentSearchAttributes,
  registerSearchAttributes,
  searchAttributeTypes,
} from '../../src/temporal/search-attributes';
import { eventually } from '../support/eventually';
import { createNamespace, sharedDevServerAddress } from '../support/temporal-servers';
import { patience } from '../support/patience';

const {
  INDEXED_VALUE_TYPE_KEYWORD: KEYWORD,
  INDEXED_VALUE_TYPE_INT: INT,
  INDEXED_VALUE_TYPE_DATETIME: DATETIME,
} = temporal.api.enums.v1.IndexedValueType;

const PAYMENT = newPayment({
  id: 'pay_searched',
  caller: 'shop',
  provider: 'droppay-pos',
  connection: 'default',
  amount: 1250,
  currency: 'EUR',
  reference: 'order-1042',
  description: 'Two tickets for Ada',
  customer: { name: 'Ada Payer', email: 'ada@payer.example' },
  metadata: { note: 'for Ada' },
  providerOptions: {},
  createdAt: '2030-01-01T10:00:00.000Z',
  expiresAt: '2030-01-01T10:15:00.000Z',
  urls: {
    webhook: 'https://pay.example/w',
    return: 'https://pay.example/r',
    checkout: 'https://pay.example/c',
  },
  fingerprint: 'f',
  requestId: 'r',
});

describe('search attributes', () => {
  let connection: Connection;
  let namespace: string;

  beforeAll(async () => {
    namespace = await createNamespace(sharedDevServerAddress(), 'search-attributes');
    connection = await Connection.connect({ address: sharedDevServerAddress() });
  }, patience(60_000));

  afterAll(() => connection.close());

  const known = async () => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return customAttributes;
  };

  test('have the documented names and types, within what SQL visibility allows', () => {
    const types = searchAttributeTypes();
    expect(types).toMatchObject({
      HoldfastStatus: KEYWORD,
      HoldfastProvider: KEYWORD,
      HoldfastReference: KEYWORD,
      HoldfastProviderReference: KEYWORD,
      HoldfastConnection: KEYWORD,
      HoldfastCurrency: KEYWORD,
      HoldfastAmount: INT,
      HoldfastExpiresAt: DATETIME,
    });
    const ofType = (type: number) => Object.values(types).filter((value) => Number(value) === type).length;
    expect(ofType(KEYWORD)).toBeLessThanOrEqual(10);
    expect(ofType(INT)).toBeLessThanOrEqual(3);
    expect(ofType(DATETIME)).toBeLessThanOrEqual(3);
  });

  test('hold no personal data', () => {
    const values = JSON.stringify(paymentSearchAttributes(PAYMENT, 'shop').getAll());
    expect(values).toContain('order-1042');
    for (const personal of ['Ada', 'payer.example', 'tickets']) expect(values).not.toContain(personal);
  });

  test(
    'are made known to the namespace, by several processes at once and again at every start',
    async () => {
      await Promise.all(Array.from({ length: 4 }, () => registerSearchAttributes(connection, namespace)));
      await registerSearchAttributes(connection, namespace);
      expect(await known()).toMatchObject(searchAttributeTypes());
    },
    patience(60_000),
  );

  test(
    'find a payment by each of them',
    async () => {
      await registerSearchAttributes(connection, namespace);
      const client = new Client({ connection, namespace });
      await client.workflow.start('anything', {
        workflowId: PAYMENT.workflowId,
        taskQueue: 'nobody-works-here',
        typedSearchAttributes: paymentSearchAttributes(PAYMENT, 'shop'),
      });
      const conditions = [
        `HoldfastStatus = 'processing'`,
        `HoldfastProvider = 'droppay-pos'`,
        `HoldfastReference = 'order-1042'`,
        `HoldfastConnection = 'default'`,
        `HoldfastCurrency = 'EUR'`,
        `HoldfastAmount = 1250`,
        `HoldfastExpiresAt > '2030-01-01T10:14:59Z' AND HoldfastExpiresAt < '2030-01-01T10:15:01Z'`,
        `HoldfastCaller = 'shop'`,
      ];
      const count = async (query: string) => (await client.workflow.count(query)).count;
      await eventually(
        () => Promise.all(conditions.map(count)),
        (found) => found.every((one) => one === 1),
      );
      expect(await count(`HoldfastAmount = 1251`)).toBe(0);
    },
    patience(60_000),
  );
});
