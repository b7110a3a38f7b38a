"""A creative: the campaign's content with the placement's own on top, ready to be drawn for any person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from omnisdk.content.links import is_safe
from omnisdk.content.products import products
from omnisdk.content.template import Setting, Template, Unfit, Wording, compile_template, compile_wording
from omnisdk.rules.model import Content

# Keys whose values are mappings of their own: there, too, the later one overrides key by key.
_NESTED = frozenset({"image", "cta", "data"})


def merge(*contents: Content) -> Content:
    """Return the contents merged key by key, a later one over an earlier one; `image`, `cta` and `data` likewise."""
    merged: dict[str, Any] = {}
    for content in contents:
        for field in fields(Content):
            value = getattr(content, field.name)
            if value is None:
                continue
            if field.name in _NESTED and field.name in merged:
                value = {**merged[field.name], **value}
            merged[field.name] = value
    return Content(**merged)


Part = Callable[[Setting], Any]


@dataclass(frozen=True, slots=True)
class Creative:
    """One campaign in one placement. `checks` are the parts that may fail for some person; most creatives have none."""

    content: Content
    parts: Mapping[str, Part]
    checks: tuple[Part, ...]

    def unfit(self, setting: Setting) -> Unfit | None:
        """Return why it cannot be drawn for this person, or None."""
        try:
            for check in self.checks:
                check(setting)
        except Unfit as unfit:
            return unfit
        return None

    def draw(self, setting: Setting) -> dict[str, Any]:
        """Return the content as sent: texts in one language, plain text, addresses that are safe to follow.

        Keys: those of title, body, image {url, alt, width, height}, cta {label, url}, data, compact, subject,
        countdown, products that the campaign has. Raises Unfit.
        """
        return {name: part(setting) for name, part in self.parts.items()}


def compile_creative(*contents: Content, ends: int | None, coupon: str | None) -> Creative:
    """Return the creative of merged `contents` for a campaign with these terms. Raises PlaceholderError."""
    content = merge(*contents)
    builder = _Builder(ends is not None, bool(coupon))
    parts: dict[str, Part] = {}
    for name in ("title", "body", "compact", "subject"):
        if (text := getattr(content, name)) is not None:
            parts[name] = builder.wording(text)
    if content.image is not None:
        parts["image"] = builder.mapping("image", content.image, {"url": builder.address, "alt": builder.text})
    if content.cta is not None:
        parts["cta"] = builder.mapping("cta", content.cta, {"url": builder.address, "label": builder.text})
    if content.data is not None:
        parts["data"] = builder.free(content.data)
    if content.countdown and ends is not None:
        parts["countdown"] = lambda setting: True
    if content.products is not None:
        block = content.products
        parts["products"] = lambda setting: products(block, setting.reading)
    return Creative(content, parts, tuple(builder.checks))


class _Builder:
    """Collects, while parts are made, the checks of those that may fail."""

    def __init__(self, has_end: bool, has_coupon: bool) -> None:
        self.checks: list[Part] = []
        self._always = {
            name for name, has in (("ends_in", has_end), ("ends_on", has_end), ("coupon", has_coupon)) if has
        }

    def wording(self, text: Mapping[str, str]) -> Part:
        wording = compile_wording(text)
        if any(self._may_fail(template) for template in wording.templates.values()):
            self.checks.append(wording.check)
        return _plain(wording)

    def text(self, _: str, value: Any) -> Part:
        return self.wording(value if isinstance(value, Mapping) else {"": str(value)})

    def address(self, name: str, value: Any) -> Part:
        template = compile_template(str(value))

        def fill(setting: Setting) -> str:
            url = template.fill_address(setting, setting.locale)
            if not is_safe(url):
                raise Unfit(name, url)
            return url

        # Only what stands first can bring a scheme, as the rest is percent-encoded: what is written is judged once.
        first = template.parts[0] if template.parts else ""
        written = "".join(part for part in template.parts if isinstance(part, str))
        if self._may_fail(template) or not isinstance(first, str) or not is_safe(written):
            self.checks.append(fill)
        return fill

    def mapping(self, name: str, value: Mapping[str, Any], special: Mapping[str, Callable[[str, Any], Part]]) -> Part:
        parts: dict[str, Part] = {}
        for key, each in value.items():
            if each is not None:
                parts[key] = special[key](f"{name}.{key}", each) if key in special else _constant(each)
        return lambda setting: {key: part(setting) for key, part in parts.items()}

    def free(self, value: Any) -> Part:
        """Return a part that keeps the shape of free data and fills in its texts."""
        if isinstance(value, str):
            return self.wording({"": value})
        if isinstance(value, Mapping):
            of = {key: self.free(each) for key, each in value.items()}
            return lambda setting: {key: part(setting) for key, part in of.items()}
        if isinstance(value, (list, tuple)):
            items = [self.free(each) for each in value]
            return lambda setting: [part(setting) for part in items]
        return _constant(value)

    def _may_fail(self, template: Template) -> bool:
        return any(
            not isinstance(part, str) and part.default is None and part.name not in self._always
            for part in template.parts
        )


def _plain(wording: Wording) -> Part:
    if len(wording.templates) == 1:
        (template,) = wording.templates.values()
        if all(isinstance(part, str) for part in template.parts):
            return _constant("".join(str(part) for part in template.parts))
    return wording.fill


def _constant(value: Any) -> Part:
    return lambda setting: value
