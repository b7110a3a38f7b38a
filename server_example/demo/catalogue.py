"""Ways to find what is on the shelf."""

from __future__ import annotations

from collections.abc import Mapping

from server_example.demo.shelf import SHELF, Product

PRODUCTS: Mapping[str, Product] = {product.product_id: product for product in SHELF}
_BY_SLUG = {product.slug: product for product in SHELF}
_FRONT = ("G-DRIVER", "F-DUMBBELLS", "Y-MAT", "W-GOLFSHOE", "G-BALLS", "W-JACKET", "F-KETTLEBELL", "Y-BOLSTER")


def by_slug(slug: str) -> Product | None:
    return _BY_SLUG.get(slug)


def on_shelf(category: str, order: str = "") -> list[Product]:
    """Return a category's products: as laid out, or by price (`order` "up" or "down")."""
    shelf = [product for product in SHELF if product.category == category]
    if order in ("up", "down"):
        shelf.sort(key=lambda product: product.price, reverse=order == "down")
    return shelf


def front_window() -> list[Product]:
    """Return what the home page shows."""
    return [PRODUCTS[product_id] for product_id in _FRONT]


def beside(product: Product) -> list[Product]:
    """Return four others to look at: the rest of the shelf first."""
    others = [other for other in on_shelf(product.category) if other is not product]
    return others[:4]
