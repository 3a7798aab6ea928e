"""The hostile web: broken servers, hostile pages, and what becomes of a site that has one. See docs/hostile.md."""
