/** What an event says of its page. Never `Intl…timeZone` here: its first call takes 300 ms on a slow phone; the offset is free. */

import type { Call, Data } from "./types";

/** Of the page at that call; without a call, of the page as it is now. */
export function contextOf(
  locale: string,
  [, , , href = location.href, title = document.title]: Partial<Call> = [],
): Data {
  const url = new URL(href);
  url.hash = "";
  return {
    page: { url: url.href, path: url.pathname, search: url.search, title, referrer: document.referrer },
    campaign: campaignOf(url.searchParams),
    locale,
    utcOffset: -new Date().getTimezoneOffset(),
    library: { name: "omni.js", version: OMNI_VERSION },
  };
}

/** `utm_source=zalo&utm_campaign=tet` is `{source: "zalo", name: "tet"}`, as in the Segment spec. */
export function campaignOf(query: URLSearchParams): Data | undefined {
  let campaign: Data | undefined;
  query.forEach((value, key) => {
    if (/^utm_./.test(key)) (campaign ||= {})[key == "utm_campaign" ? "name" : key.slice(4)] = value;
  });
  return campaign;
}
