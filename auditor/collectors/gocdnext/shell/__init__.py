"""Scripts, read without being run: which commands they hold, with which words, and whether a failure fails the job.

`parse` makes a tree of a script, `run` walks it once and yields commands with their variables filled in.
"""
