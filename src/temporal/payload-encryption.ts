import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

/** One AES-256 key of the key ring. */
export interface EncryptionKey {
  id: string;
  /** 32 bytes */
  key: Uint8Array;
}

const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const text = {
  encode: (value: string) => Buffer.from(value, 'utf8'),
  decode: (value: Uint8Array) => Buffer.from(value).toString('utf8'),
};

/**
 * AES-256-GCM over every payload, with a key ring: the first key encrypts, all decrypt. The key's id travels in clear
 * and is authenticated with the payload. Synchronous primitives: WebCrypto's thread hop costs more than the cipher.
 */
export class PayloadEncryption implements PayloadCodec {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  private readonly first: EncryptionKey;

  /** @throws RangeError when the ring is empty, a key is not 32 bytes long, or an id repeats */
  constructor(ring: readonly EncryptionKey[]) {
    const first = ring[0];
    if (!first) throw new RangeError('the encryption key ring is empty: at least one key is needed');
    for (const { id, key } of ring) {
      if (key.length !== 32)
        throw new RangeError(`encryption key "${id}" has ${key.length} bytes, AES-256 needs 32`);
    }
    this.keys = new Map(ring.map(({ id, key }) => [id, key]));
    if (this.keys.size !== ring.length) throw new RangeError('two encryption keys have the same id');
    this.first = first;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => this.encrypt(payload)));
  }

  /** What was not encrypted with one of our keys is nobody's word: it is read as null. */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => (isEncrypted(payload) ? this.decrypt(payload) : NULL)));
  }

  /** For people who look at payloads: what is not encrypted is shown as it is. */
  reveal(payloads: Payload[]): Payload[] {
    return payloads.map((payload) => (isEncrypted(payload) ? this.decrypt(payload) : payload));
  }

  private encrypt(payload: Payload): Payload {
    const { id, key } = this.first;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    cipher.setAAD(text.encode(id));
    const plain = temporal.api.common.v1.Payload.encode(payload).finish();
    const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { [METADATA_ENCODING_KEY]: text.encode(ENCODING), [KEY_ID]: text.encode(id) }, data };
  }

  private decrypt(payload: Payload): Payload {
    const id = text.decode(payload.metadata?.[KEY_ID] ?? new Uint8Array());
    const key = this.keys.get(id);
    if (!key) {
      throw new ValueError(`payload is encrypted with key "${id}", which is not in HOLDFAST_ENCRYPTION_KEYS`);
    }
    const data = Buffer.from(payload.data ?? []);
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(text.encode(id));
    decipher.setAuthTag(data.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(data.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return temporal.api.common.v1.Payload.decode(plain);
  }
}

const NULL: Payload = {
  metadata: { [METADATA_ENCODING_KEY]: text.encode('binary/null') },
  data: new Uint8Array(),
};

function isEncrypted(payload: Payload): boolean {
  return text.decode(payload.metadata?.[METADATA_ENCODING_KEY] ?? new Uint8Array()) === ENCODING;
}
