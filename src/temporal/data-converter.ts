import type { DataConverter } from '@temporalio/common';
import { type EncryptionKey, PayloadEncryption } from './payload-encryption';

/** The data converter of every Holdfast process: payloads, memos and failures leave it encrypted. */
export function dataConverter(keyRing: readonly EncryptionKey[]): DataConverter {
  return {
    payloadCodecs: [new PayloadEncryption(keyRing)],
    failureConverterPath: require.resolve('./failure-converter'),
  };
}
