import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

const MIN_BITS = 2048;
const ONE_LINE_BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Our RSA private key, as PEM or as one line of Base64 (PKCS#8 DER), the way PayerMax hands keys around
 * (docs/providers/payermax.md §9). Errors never quote the text.
 *
 * @throws TypeError when it is no such key
 */
export function readPrivateKey(text: string): KeyObject {
  return readKey('private', () =>
    isPem(text)
      ? createPrivateKey(pem(text))
      : createPrivateKey({ key: der(text), format: 'der', type: 'pkcs8' }),
  );
}

/**
 * PayerMax's RSA public key, as PEM or as one line of Base64 (SPKI DER).
 *
 * @throws TypeError when it is no such key, or a private one
 */
export function readPublicKey(text: string): KeyObject {
  return readKey('public', () => {
    if (!isPem(text)) return createPublicKey({ key: der(text), format: 'der', type: 'spki' });
    // Node would quietly take the public half of a private key.
    if (text.includes('PRIVATE KEY')) throw new TypeError();
    return createPublicKey(pem(text));
  });
}

function readKey(which: 'private' | 'public', read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new TypeError(`must be an RSA ${which} key, as PEM or as one line of Base64`);
  }
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_BITS) {
    throw new TypeError(`must be an RSA ${which} key of at least ${MIN_BITS} bits`);
  }
  return key;
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/** Environment files often hold the line ends of a PEM as the two characters \n. */
function pem(text: string): string {
  return text.replaceAll('\\n', '\n');
}

function der(text: string): Buffer {
  const base64 = text.replace(/\s/g, '');
  if (!ONE_LINE_BASE64.test(base64)) throw new TypeError();
  return Buffer.from(base64, 'base64');
}
