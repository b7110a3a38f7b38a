// @segment/analytics-node, unmodified. Run by tests/conformance/running.py; see node.mjs.
import { attempt, calls, errors, given, load, tell } from "./node.mjs";

const { Analytics } = load("@segment/analytics-node");
const client = new Analytics({ writeKey: given.key, host: given.url, ...given.options });
client.on("error", ({ code, reason }) => errors.push({ type: code, text: String(reason) }));

for (const [call, message] of calls()) attempt(() => client[call](message));
await client.closeAndFlush();
tell(client.VERSION);
