"""One package per page; each has `render(desk, view)`. Pages do not import each other."""
