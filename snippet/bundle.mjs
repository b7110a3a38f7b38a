/** How the sources become one script: shared by the build and by the tests, which bundle in memory. */

import { readFileSync } from "node:fs";
import { build, transform } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
export const VERSION = JSON.parse(readFileSync(here + "package.json", "utf8")).version;

/** Stylesheets are text for `CSSStyleSheet.replaceSync`, minified; also where esbuild keeps a space (ours hold no strings). */
const css = {
  name: "css",
  setup: (plugin) =>
    plugin.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: (await transform(readFileSync(path, "utf8"), { loader: "css", minify: true })).code.trim().replace(/([,:]) /g, "$1"),
      loader: "text",
    })),
};

/** Returns the text of `src/<entry>` and all it imports. `uiUrl` is where the core finds the drawing chunk. */
export async function bundle(entry, { format = "esm", minify = false, uiUrl = "", charset = "utf8" } = {}) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: ["src/" + entry],
    bundle: true,
    write: false,
    minify,
    format,
    charset,
    target: "es2021",
    plugins: [css],
    define: { OMNI_VERSION: JSON.stringify(VERSION), OMNI_UI: JSON.stringify(uiUrl) },
    // Modules are strict by themselves; the classic scripts need not say it.
    tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
    // Names that only our own two bundles see. The cache gives both the same short ones.
    mangleProps: minify ? /^(autoPage|pending|inCheckout|safely|decision|host|report)$/ : undefined,
    mangleCache: minify ? { autoPage: "a", pending: "b", inCheckout: "c", safely: "d", decision: "e", host: "f", report: "g" } : undefined,
    legalComments: "none",
  });
  return result.outputFiles[0].text;
}
