/** Bundles a source file in memory and imports it: what is tested is the source of today, not yesterday's build. */

import { bundle } from "../bundle.mjs";

export const load = async (entry) =>
  import("data:text/javascript;base64," + Buffer.from(await bundle(entry)).toString("base64"));
