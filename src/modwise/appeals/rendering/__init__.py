"""A letter set on paper: plain text, Markdown, PDF, Word. The renderers set what the letter says and add nothing to it."""
