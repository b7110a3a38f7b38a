/** Returns the absolute address, as the browser reads it, if its scheme is allowed (a relative one has the page's), else undefined. */
export function safeUrl(address: string | undefined, allowed = /^(https?|tel|mailto):/): string | undefined {
  const { href } = Object.assign(document.createElement("a"), { href: address });
  return address && allowed.test(href) ? href : undefined;
}
