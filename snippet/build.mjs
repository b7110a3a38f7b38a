/**
 * Builds dist/: the same bytes on every machine. Compression is by pinned packages and not by Node's zlib, whose output
 * changes with its version and processor.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "fflate";
import { bundle, VERSION } from "./bundle.mjs";

// Its entry for `import` is the browser's.
const brotli = createRequire(import.meta.url)("brotli-wasm");
const dist = new URL("dist/", import.meta.url).pathname;
const bytes = (text) => new TextEncoder().encode(text);
const digest = (text, encoding) => createHash("sha256").update(text).digest(encoding);

const stub = (await bundle("stub.ts", { format: "iife", minify: true })).trim();
const ui = await bundle("ui/ui.ts", { minify: true });
// The version in the address makes a copy that never goes stale; the plain name still answers an older core from a cache.
const uiUrl = "omni-ui.js?v=" + digest(ui, "hex").slice(0, 12);
// A classic script is read in the encoding of its page, so the core is ASCII.
const core = await bundle("main.ts", { format: "iife", minify: true, uiUrl, charset: "ascii" });

const files = { "omni.js": core, "omni-ui.js": ui, "stub.js": stub, "stub.html": `<script>${stub}</script>\n` };
const manifest = { version: VERSION, stub: { csp: `'sha256-${digest(stub, "base64")}'` }, ui: uiUrl, files: {} };

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) rmSync(dist + name);
for (const [name, text] of Object.entries(files)) {
  const raw = bytes(text);
  const br = brotli.compress(raw, { quality: 11 });
  const gz = gzipSync(raw, { level: 9, mtime: 0 });
  writeFileSync(dist + name, raw);
  if (name.startsWith("omni")) {
    writeFileSync(dist + name + ".br", br);
    writeFileSync(dist + name + ".gz", gz);
  }
  manifest.files[name] = {
    bytes: raw.length,
    gzip: gz.length,
    brotli: br.length,
    sha256: digest(text, "hex"),
    integrity: "sha256-" + digest(text, "base64"),
  };
}
writeFileSync(dist + "manifest.json", JSON.stringify(manifest, null, 2) + "\n");
console.table(manifest.files, ["bytes", "gzip", "brotli"]);
