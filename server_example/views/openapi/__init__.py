"""The OpenAPI document: `codes`, `questions`, `answers` and `examples` say, `operations` gathers, `document` writes."""
