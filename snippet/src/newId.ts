/** Returns 32 hexadecimal digits. Not `crypto.randomUUID`: that one is missing on plain http hosts. */
export const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte + 256).toString(16).slice(1)).join("");
