/** Who is here: the anonymous id (a cookie that a server may read too), and the user id with its proof. */

import { newId } from "./newId";
import { allowed, read, TOKEN, write } from "./store";

const THIRTEEN_MONTHS_SECONDS = 34_187_400;
const USER = "omni.user";

let anonymous = "";

/** Returns the anonymous id; made on first use. Read once per page: a cookie access costs milliseconds on a slow phone. */
export function anonymousId(): string {
  if (!anonymous) setAnonymousId((allowed && readCookie()) || newId());
  return anonymous;
}

const readCookie = () => /(?:^|; )omni_aid=([^;]+)/.exec(document.cookie)?.[1];

/** Written again on each page, which renews the thirteen months; before consent the id lives in memory only. */
function setAnonymousId(id: string): void {
  anonymous = id;
  if (allowed)
    document.cookie = `omni_aid=${id};path=/;max-age=${THIRTEEN_MONTHS_SECONDS};samesite=lax${
      location.protocol == "https:" ? ";secure" : ""
    }`;
}

/** Consent was given: the id that memory holds is written down. */
export const rememberVisitor = () => anonymous && setAnonymousId(anonymous);

export function setUser(id: string, token?: string): void {
  if (token || id != userId()) write(TOKEN, token);
  write(USER, id);
}

export const userId = () => read<string>(USER);
export const identityToken = () => read<string>(TOKEN);

/** The next person at this browser: a new anonymous id, no user. */
export function forgetVisitor(): void {
  write(USER);
  write(TOKEN);
  setAnonymousId(newId());
}
