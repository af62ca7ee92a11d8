"""The checks, one module a family; `registry` finds them."""
