import { randomBytes } from 'node:crypto';
import {
  ApplicationFailure,
  defaultPayloadConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  ValueError,
} from '@temporalio/common';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  encodeToPayloads,
  loadDataConverter,
} from '@temporalio/common/lib/internal-non-workflow';
import { temporal } from '@temporalio/proto';
import fc from 'fast-check';
import { dataConverter } from '../../src/temporal/data-converter';
import { type EncryptionKey, PayloadEncryption } from '../../src/temporal/payload-encryption';

const key = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
const bytes = (text: string) => Buffer.from(text, 'utf8');
const text = (value: Uint8Array | null | undefined) => Buffer.from(value ?? []).toString('utf8');
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

async function encrypted(encryption: PayloadEncryption, value: unknown): Promise<Payload> {
  const [payload] = await encryption.encode([payloadOf(value)]);
  if (!payload) throw new Error('nothing was encoded');
  return payload;
}

async function decrypted(encryption: PayloadEncryption, payload: Payload): Promise<unknown> {
  const [plain] = await encryption.decode([payload]);
  if (!plain) throw new Error('nothing was decoded');
  return defaultPayloadConverter.fromPayload(plain);
}

describe('a payload', () => {
  const first = key('2030-01');
  const encryption = new PayloadEncryption([first]);

  test('comes back as it was, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
        const back = await decrypted(encryption, await encrypted(encryption, value));
        expect(JSON.stringify(back)).toBe(JSON.stringify(value));
      }),
    );
  });

  test('keeps its metadata, its bytes and its place', async () => {
    const payloads: Payload[] = [
      {
        metadata: { [METADATA_ENCODING_KEY]: bytes('binary/plain'), own: bytes('kept') },
        data: randomBytes(300),
      },
      payloadOf(undefined),
      payloadOf('third'),
    ];
    const back = await encryption.decode(await encryption.encode(payloads));
    expect(back.map(({ data }) => Buffer.from(data ?? []))).toEqual(
      payloads.map(({ data }) => Buffer.from(data ?? [])),
    );
    expect(back.map(({ metadata }) => text(metadata?.[METADATA_ENCODING_KEY]))).toEqual([
      'binary/plain',
      'binary/null',
      'json/plain',
    ]);
    expect(text(back[0]?.metadata?.['own'])).toBe('kept');
  });

  test('shows nothing but its encoding and the id of its key', async () => {
    const payload = await encrypted(encryption, { payer: 'ada@payer.example', payToken: 'secret-token' });
    const encoding = text(payload.metadata?.[METADATA_ENCODING_KEY]);
    expect(encoding).toBe('binary/encrypted');
    expect(Object.keys(payload.metadata ?? {}).sort()).toEqual(['encoding', 'encryption-key-id']);
    expect(text(payload.metadata?.['encryption-key-id'])).toBe('2030-01');
    for (const secret of ['payer.example', 'secret-token', 'json/plain']) {
      expect(Buffer.from(payload.data ?? []).includes(secret)).toBe(false);
    }
  });

  test('looks different every time', async () => {
    const seen = await Promise.all(Array.from({ length: 50 }, () => encrypted(encryption, 'same')));
    expect(new Set(seen.map(({ data }) => Buffer.from(data ?? []).toString('hex'))).size).toBe(50);
    const nonces = seen.map(({ data }) => Buffer.from(data ?? []).toString('hex', 0, 12));
    expect(new Set(nonces).size).toBe(50);
  });

  test('that was never encrypted is read as nothing: it is the word of a stranger', async () => {
    const plain = [payloadOf({ a: 1 }), payloadOf('x'), {}, { metadata: {}, data: bytes('x') }];
    const read = await encryption.decode(plain);
    expect(read).toHaveLength(plain.length);
    expect(read.filter((payload) => defaultPayloadConverter.fromPayload(payload) != null)).toEqual([]);
  });

  test('that was never encrypted is shown to people as it is, beside what was', async () => {
    const plain = [payloadOf({ a: 1 }), {}, { metadata: {}, data: bytes('x') }];
    expect(encryption.reveal(plain)).toEqual(plain);
    const [revealed] = encryption.reveal([await encrypted(encryption, 'secret')]);
    expect(revealed && defaultPayloadConverter.fromPayload(revealed)).toBe('secret');
  });
});

describe('a key ring', () => {
  const [older, newer, stranger] = [key('older'), key('newer'), key('stranger')] as const;

  test('encrypts with its first key and decrypts with all', async () => {
    const before = new PayloadEncryption([older]);
    const rotating = new PayloadEncryption([newer, older]);
    const ofBefore = await encrypted(before, 'from before');
    const ofNow = await encrypted(rotating, 'from now');
    expect(text(ofNow.metadata?.['encryption-key-id'])).toBe('newer');
    expect(await decrypted(rotating, ofBefore)).toBe('from before');
    expect(await decrypted(rotating, ofNow)).toBe('from now');
    expect(await decrypted(new PayloadEncryption([newer]), ofNow)).toBe('from now');
  });

  test('names the key it does not have, and the setting that should have it', async () => {
    const payload = await encrypted(new PayloadEncryption([stranger]), 'x');
    const decoding = decodeAs(new PayloadEncryption([newer, older]), payload);
    await expect(decoding).rejects.toThrow(ValueError);
    await expect(decoding).rejects.toThrow(/"stranger".*HOLDFAST_ENCRYPTION_KEYS/);
  });

  test('with another key under the same id decrypts nothing', async () => {
    const payload = await encrypted(new PayloadEncryption([older]), 'x');
    await expect(decodeAs(new PayloadEncryption([key('older')]), payload)).rejects.toThrow();
  });

  test.each([0, 16, 31, 33, 64])('with a key of %i bytes is refused by its id', (length) => {
    const make = () => new PayloadEncryption([newer, { id: 'short', key: randomBytes(length) }]);
    expect(make).toThrow(new RangeError(`encryption key "short" has ${length} bytes, AES-256 needs 32`));
  });

  test('never shows a key in its complaints', () => {
    const secret = bytes('an obviously fake key, not 32 bytes long');
    const complaint = thrownBy(() => new PayloadEncryption([{ id: 'a', key: secret }]));
    for (const encoding of ['utf8', 'base64', 'hex'] as const) {
      expect(String(complaint)).not.toContain(secret.toString(encoding));
    }
  });

  test('with one id twice, or without a key, is refused', () => {
    expect(() => new PayloadEncryption([older, newer, key('older')])).toThrow(/same id/);
    expect(() => new PayloadEncryption([])).toThrow(/empty/);
  });
});

describe('an encrypted payload that was tampered with', () => {
  const ring = [key('a'), key('b')];
  const encryption = new PayloadEncryption(ring);

  async function decodedAfter(
    change: (payload: Required<Payload>, data: Buffer) => Payload,
  ): Promise<unknown> {
    const payload = (await encrypted(encryption, { amount: 1250 })) as Required<Payload>;
    return encryption.decode([change(payload, Buffer.from(payload.data ?? []))]);
  }

  const flipped = (data: Buffer, index: number): Buffer => {
    const copy = Buffer.from(data);
    copy[index] = (copy[index] ?? 0) ^ 1;
    return copy;
  };

  test('is refused whichever bit was changed: nonce, text or tag', async () => {
    const payload = await encrypted(encryption, { amount: 1250 });
    const data = Buffer.from(payload.data ?? []);
    expect(data.length).toBeGreaterThan(12 + 16);
    for (let index = 0; index < data.length; index += 1) {
      await expect(decodeAs(encryption, { ...payload, data: flipped(data, index) })).rejects.toThrow();
    }
  });

  test('is refused when it is cut or lengthened', async () => {
    const payload = await encrypted(encryption, { amount: 1250 });
    const data = Buffer.from(payload.data ?? []);
    for (let length = 0; length < data.length; length += 1) {
      await expect(decodeAs(encryption, { ...payload, data: data.subarray(0, length) })).rejects.toThrow();
    }
    const longer = Buffer.concat([data, Buffer.alloc(1)]);
    await expect(decodeAs(encryption, { ...payload, data: longer })).rejects.toThrow();
  });

  test('is refused under the id of another key of the ring', async () => {
    const renamed = ({ metadata, data }: Required<Payload>) => ({
      metadata: { ...metadata, 'encryption-key-id': bytes('b') },
      data,
    });
    await expect(decodedAfter(renamed)).rejects.toThrow();
  });

  test('is refused under another id of the very same key: the id is authenticated', async () => {
    const [{ key: same }] = ring as [EncryptionKey];
    const payload = await encrypted(encryption, 'x');
    const alias = new PayloadEncryption([{ id: 'alias', key: same }]);
    const metadata = { ...payload.metadata, 'encryption-key-id': bytes('alias') };
    await expect(decodeAs(alias, { ...payload, metadata })).rejects.toThrow();
  });

  test('is refused without a key id or without data', async () => {
    const encoding = { [METADATA_ENCODING_KEY]: bytes('binary/encrypted') };
    await expect(decodedAfter(({ data }) => ({ metadata: encoding, data }))).rejects.toThrow(ValueError);
    await expect(decodedAfter(({ metadata }) => ({ metadata }))).rejects.toThrow();
  });
});

describe('the data converter', () => {
  const converter = loadDataConverter(dataConverter([key('a')]));

  test('encrypts arguments and gives them back', async () => {
    const payloads = (await encodeToPayloads(converter, { payer: 'ada' }, [1])) ?? [];
    expect(payloads.map(({ metadata }) => text(metadata?.[METADATA_ENCODING_KEY]))).toEqual([
      'binary/encrypted',
      'binary/encrypted',
    ]);
    expect(await decodeArrayFromPayloads(converter, payloads)).toEqual([{ payer: 'ada' }, [1]]);
  });

  test('encrypts messages, stack traces and details of failures, with their causes', async () => {
    const cause = ApplicationFailure.create({ message: 'the bank said IBAN-OF-ADA', type: 'unavailable' });
    const error = ApplicationFailure.create({
      message: 'DropPay answered SECRET-ANSWER',
      type: 'invalid_request',
      nonRetryable: true,
      details: [{ payer: 'ADA-PAYER' }],
      cause,
    });
    const failure = await encodeErrorToFailure(converter, error);
    const wire = Buffer.from(temporal.api.failure.v1.Failure.encode(failure).finish());
    const thisFile = 'payload-encryption.test';
    expect(error.stack).toContain(thisFile);
    for (const secret of ['SECRET-ANSWER', 'IBAN-OF-ADA', 'ADA-PAYER', thisFile]) {
      expect(wire.includes(secret)).toBe(false);
    }
    expect(failure).toMatchObject({ message: 'Encoded failure', stackTrace: '' });
    expect(failure.cause).toMatchObject({ message: 'Encoded failure', stackTrace: '' });

    const back = await decodeOptionalFailureToOptionalError(converter, failure);
    expect(back).toMatchObject({
      message: 'DropPay answered SECRET-ANSWER',
      type: 'invalid_request',
      nonRetryable: true,
      details: [{ payer: 'ADA-PAYER' }],
      cause: { message: 'the bank said IBAN-OF-ADA', type: 'unavailable' },
    });
    expect(back?.stack).toContain(thisFile);
  });

  test('of a stranger reads neither payloads nor failures', async () => {
    const stranger = loadDataConverter(dataConverter([key('a')]));
    const payloads = await encodeToPayloads(converter, 'x');
    await expect(decodeArrayFromPayloads(stranger, payloads)).rejects.toThrow();
    const failure = await encodeErrorToFailure(converter, new Error('x'));
    await expect(decodeOptionalFailureToOptionalError(stranger, failure)).rejects.toThrow();
  });
});

/** What is thrown at once is a rejection too: Temporal awaits the codec. */
async function decodeAs(encryption: PayloadEncryption, payload: Payload): Promise<Payload[]> {
  return encryption.decode([payload]);
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
