"""gocdnext pipelines as their files say, and as the server would read them.

Order of reading: `discover` (which files count) -> `decode` (one file: refused, ignored, the normalised pipeline) -> `project` (what only
shows when all files are seen) -> `graph` (what precedes what, gates) and `expressions`, `plugins` (what a job's text refers to).

Everything here is a pure function of bytes.  Two dialects: `0.93`, what version 0.93 of the product does, and `documented`, what its
documentation describes.
"""
