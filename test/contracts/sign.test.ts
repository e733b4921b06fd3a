import { describe, expect, it } from 'vitest';
import {
  generateSigningKey,
  isSignedBy,
  loadSigningKey,
  publicKeyOf,
  signJson,
} from '../../contracts/schemas/sign.js';

describe('a signature', () => {
  const pair = generateSigningKey();
  const key = loadSigningKey(pair.privatePem);
  const value = { b: [1, 2.5], a: 'x' };

  it('holds whatever the order of keys', () => {
    expect(publicKeyOf(key)).toBe(pair.publicKey);
    expect(isSignedBy({ a: 'x', b: [1, 2.5] }, signJson(value, key), pair.publicKey)).toBe(true);
  });

  it('fails for another value, another key, and for what is no signature', () => {
    const signature = signJson(value, key);
    expect(isSignedBy({ ...value, a: 'y' }, signature, pair.publicKey)).toBe(false);
    expect(isSignedBy(value, signature, generateSigningKey().publicKey)).toBe(false);
    expect(isSignedBy(value, 'AAAA', pair.publicKey)).toBe(false);
    expect(isSignedBy(value, signature, 'no key')).toBe(false);
  });
});
