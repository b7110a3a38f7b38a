"""The first omni.yaml of a shop: commented, with everything switched off."""

from __future__ import annotations

import json
from urllib.parse import urlsplit


def starter(
    *,
    name: str = "My shop",
    url: str = "http://127.0.0.1:8000",
    locale: str = "en",
    country: str = "",
    timezone: str = "UTC",
    currency: str = "",
) -> str:
    """Return the text of a starter omni.yaml that passes the check; its campaigns are switched off.

    `country` is ISO 3166 alpha-2, `currency` ISO 4217, `timezone` an IANA name; those left empty stand in the file as
    a comment to fill in. The values are written as given: check them as any file.
    """
    country_line = f"country: {_quote(country)}" if country else '# country: "VN"'
    currency_line = f"currency: {_quote(currency)}" if currency else '# currency: "VND"'
    return _TEXT.format(
        name=_quote(name),
        url=_quote(url),
        locale=_quote(locale),
        timezone=_quote(timezone),
        country_line=f"{country_line:<30}",
        currency_line=f"{currency_line:<30}",
        origin=_quote(_origin(url)),
    )


def _quote(text: str) -> str:
    # A JSON string is a YAML string; what does not print is escaped, as YAML forbids it raw.
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


_TEXT = """\
# The rules of the shop: who sees what, where, when, and who never does.
# After a change, `omnisdk check` says what is wrong with line and column. A running server takes a good file over
# within a second and goes on with the last good one otherwise.
# Every key: docs/reference/rules.md

version: 1

site:
  enabled: true                 # false switches every campaign off at once
  name: {name}
  url: {url}
  locale: {locale}                  # the language of texts when the visitor's own is not there
  {country_line}# reads local phone numbers
  timezone: {timezone}               # dates below without an offset are in it
  {currency_line}# amounts in other currencies are not summed
  origins: [{origin}]   # the pages that may ask from a browser
  # ask: nothing is marketed before a yes, which a page gives by omni.consent({{marketing: true}}) and a back end by a
  # Consent Changed event. assumed: until a no. While you try things out, `assumed` saves you the wondering.
  consent: {{mode: ask, purposes: [marketing, analytics]}}

placements:                     # the spots of your pages
  home-top: {{kind: banner, size: [1200, 240], size_small: [360, 160]}}
  # Pages ask for "popup" by themselves; for spots without an element by another name see docs/start-web.md.
  popup: {{kind: popup, never_on: ["/help/*"]}}        # cart and checkout pages are kept free without being named

segments:                       # who somebody is, computed from what they did
  newcomers:
    orders.count: 0
  regulars:
    orders.count: {{at_least: 3}}
    orders.last_at: {{within: 180d}}

campaigns:
  welcome-banner:
    enabled: false              # true when the texts and the address below are yours
    audience: newcomers         # a segment, a list of them (any of), or a rule
    pages: ["/"]
    content:
      title: {{en: "Good to see you"}}
      body: {{en: "Have a look at what others like."}}
      cta: {{label: {{en: "Show me"}}, url: /bestsellers}}
    creatives:
      home-top: {{}}

  join-the-club:
    enabled: false
    promotes: ["membership:club"]   # whoever is a member never sees it, on any device known to be theirs
    priority: 60                # higher wins; 50 is the default
    caps:
      - {{at_most: 1, per: 7d}}   # views in any seven days
    dismiss_for: 30d            # rest after a visitor closes it
    content:
      title: {{en: "Become a member"}}
      body: {{en: "Members collect points with every order."}}
      cta: {{label: {{en: "Join"}}, url: /club}}
    creatives:
      popup: {{trigger: {{after: 8s}}}}

caps:                           # over all campaigns and channels
  - {{at_most: 3, per: 1d, kinds: [popup]}}
"""
