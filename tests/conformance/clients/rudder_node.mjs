// @rudderstack/rudder-sdk-node, unmodified. Run by tests/conformance/running.py; see node.mjs.
import { attempt, calls, errors, given, load, tell } from "./node.mjs";

const Analytics = load("@rudderstack/rudder-sdk-node");
const errorHandler = (error) =>
  errors.push({ type: error.code, text: String(error), status: error.response?.status ?? null });
const client = new Analytics(given.key, { dataPlaneUrl: given.url, errorHandler, logLevel: "error", ...given.options });

// flush() sends one batch more and waits for no other, so each event's own callback tells that it is done with.
const done = [];
for (const [call, message] of calls())
  attempt(() => {
    let finish;
    const finished = new Promise((resolve) => (finish = resolve));
    client[call](message, () => finish());
    done.push(finished);
  });
await client.flush();
await Promise.all(done);
tell(load("@rudderstack/rudder-sdk-node/package.json").version);
