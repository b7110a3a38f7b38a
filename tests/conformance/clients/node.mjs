// What both Node scripts share: how they are told what to do, and how they tell what happened.
// argv[2] is JSON {"key", "url", "options"}; stdin holds one call per line as JSON; the answer is one JSON object on
// stdout. The packages lie in CLIENTS/node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const given = JSON.parse(process.argv[2]);
export const load = createRequire(join(process.env.CLIENTS, "package.json"));
export const errors = [];
export const raised = [];

// Values that shops do give to these clients.
const ODD = {
  nan: NaN,
  infinite: -Infinity,
  surrogate: "hỏng \ud800 đây",
  nul: "a\0b",
  beyond64: 2 ** 70,
  none: undefined,
  naive: new Date("2026-09-21T14:13:20Z"),
  map: new Map([["golf", 1]]),
};

export function* calls() {
  for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const { call, odd, ...message } = JSON.parse(line);
    if (odd) message.properties = { ...message.properties, ...ODD };
    yield [call, message];
  }
}

export function attempt(act) {
  try {
    act();
  } catch (error) {
    raised.push(String(error));
  }
}

export function tell(version) {
  process.stdout.write(JSON.stringify({ version, errors, raised }));
}
