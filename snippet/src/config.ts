/** The options of the tag: `data-…` attributes first, then the query of the script's address. */

export interface Config {
  key: string | null;
  /** The folder of the API, with its slash: the script's own, unless `api` says another. */
  api: string;
  locale: string;
  /** Before consent: nothing stored, no ids, no events sent. */
  pending: boolean;
  autoPage: boolean;
  name: string;
  /** Placements without an element. */
  placements: string[];
}

export function readConfig(src: string, attribute: (name: string) => string | null, language: string): Config {
  const url = new URL(src);
  const option = (name: string) => attribute("data-" + name) ?? url.searchParams.get(name);
  return {
    key: option("key"),
    api: new URL((option("api") || ".").replace(/[^/.]$/, "$&/"), url).href,
    locale: option("locale") || language,
    pending: option("consent") == "pending",
    autoPage: option("auto-page") != "false",
    name: option("name") || "omni",
    placements: (option("placements") ?? "popup").split(/[\s,]+/).filter(Boolean),
  };
}
