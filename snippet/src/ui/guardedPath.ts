/** Cart and checkout of English, Vietnamese and Thai shops, and all below; also behind /vi or /en-us. */
const GUARDED =
  /^(\/[a-z]{2}([-_][a-z]{2,4})?)?\/(cart|basket|checkouts?|gio-hang|thanh-toan|dat-hang|ตะกร้า(สินค้า)?|ชำระเงิน)(\/|$)/;

/**
 * Is this `location.pathname` one where nothing may interrupt, whatever the server says?
 * Throws for a path that is not UTF-8 when decoded: then nothing is drawn either.
 */
export const isGuardedPath = (path: string): boolean =>
  GUARDED.test(decodeURIComponent(path).normalize("NFC").toLowerCase());
