"""Pages of a shop that has one of the stock clients, and the calls that are made on them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.conformance.browser import document

SEGMENT = "/packages/@segment/analytics-next/dist/umd"
RUDDER = "/packages/@rudderstack/analytics-js/dist/npm"
USER = "khách-ngọc"

Call = tuple[str, list[Any]]


def text(n: int) -> str:
    return f"Gậy golf số {n} ⛳ ไม้กอล์ฟ"


def call(n: int) -> Call:
    """Return the `n`-th call: the client's method and its arguments, which hold `n` to find the event again."""
    told = {"n": n, "text": text(n)}
    match n % 10:
        case 0:
            return "identify", [USER, told]
        case 1:
            return "page", ["Danh mục", text(n), told]
        case 2:
            return "group", [f"câu-lạc-bộ-{n}", told]
        case 3:
            return "alias", [USER, f"khách-{n}"]
        case _:
            return "track", ["Product Viewed", {"product_id": f"P{n}", "price": n, **told}]


def calls(numbers: Iterable[int]) -> list[Call]:
    return [call(n) for n in numbers]


RUDDER_BATCHES = "queueOptions: { batch: { enabled: true, maxItems: 25, flushInterval: 200 } }"
RUDDER_BEACONS = "useBeacon: true"


def segment_batches(size: int, after_ms: int) -> str:
    """Return the options of `load` for batches of `size` events, sent after `after_ms` if they do not fill up."""
    strategy = f'{{ strategy: "batching", config: {{ size: {size}, timeout: {after_ms} }} }}'
    return f'{{ integrations: {{ "Segment.io": {{ deliveryStrategy: {strategy} }} }} }}'


def segment_from_npm(url: str, key: str, options: str) -> str:
    """A page whose bundler has put the npm package into it."""
    return _segment(document.filled("Segment in the browser, from npm", url, key), options)


def segment_behind_proxy(shop: str, key: str, options: str) -> str:
    """The same on a `shop` that passes /omni/* on to the server."""
    code = document.code("Behind your own host")
    assert document.PROXIED in code and '"https"' in code
    code = code.replace(document.PROXIED, shop.removeprefix("http://") + "/omni").replace('"https"', '"http"')
    return _segment(code.replace("wk_…", key), options)


def segment_from_snippet(url: str, key: str, said: Iterable[Call]) -> str:
    """A page with a snippet that keeps calls until the script is there; `said` are made before."""
    script, cdn, *rest = document.filled("Segment in the browser, from its snippet", url, key).splitlines()
    assert script.startswith('t.src = "/segment/') and cdn.startswith("analytics._cdn = ") and not rest
    script = script.replace('"/segment/', f'"{SEGMENT}/')
    return f"""<script>
var analytics = window.analytics = [];
for (const name of ["track", "identify", "page", "group", "alias"])
  analytics[name] = (...given) => analytics.push([name, ...given]);
analytics.load = key => {{
  const t = document.createElement("script");
  t.setAttribute("data-global-segment-analytics-key", "analytics");
  {script}
  document.head.append(t);
  analytics._writeKey = key;
}};
{cdn}
analytics.load({json.dumps(key)});
for (const [name, given] of {json.dumps(list(said))}) analytics[name](...given);
</script>"""


def rudder(build: str, url: str, key: str, options: str = "") -> str:
    """A page with the UMD bundle of `build`. `options` are more of those of `load`."""
    code = document.filled("RudderStack in the browser", url, key)
    lines = [line.replace("rudderanalytics", "analytics") for line in code.splitlines() if "import " not in line]
    if options:
        assert lines[-1].endswith(" });")
        lines[-1] = lines[-1].removesuffix(" });") + f", {options} }});"
    # The bundle leaves in `rudderanalytics` what an import would give.
    return _page(f"{RUDDER}/{build}/umd/index.js", ["const { RudderAnalytics } = rudderanalytics;", *lines])


def _segment(code: str, options: str) -> str:
    lines = [line for line in code.splitlines() if "import " not in line]
    assert lines[-1].endswith("});")
    lines[-1] = lines[-1].removesuffix(");") + f", {options});"
    return _page(f"{SEGMENT}/index.js", ["const { AnalyticsBrowser } = AnalyticsNext;", *lines])


def _page(bundle: str, script: list[str]) -> str:
    return "\n".join(
        [f'<script src="{bundle}"></script>', "<script>", *script, "window.analytics = analytics;", "</script>"]
    )
