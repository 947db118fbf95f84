package lib.traces

import future.keywords.not

# Where the digest or reference of an image comes from, and whether that is the release's own image.

# The trace leads to a job that builds, promotes or compares the image.
sound(trace) if trace.kind in {"build", "check", "promotion"}

sound(trace) if {
	trace.kind == "artifact"
	_handles_digest(input.job[trace.job])
}

# Why it does not, as the end of "the image is set by ...".  Undefined if it does, or if it was not read.
unsound(trace) := _why[trace.kind]

unsound(trace) := "what no job wrote that builds, promotes or compares the image" if {
	trace.kind == "artifact"
	is_string(trace.job)
	not sound(trace)
}

# The kinds of which nothing was found, where that is the reason.
absent(trace) := ["job.builds", "job.publishes", "job.digest_checks"] if trace.kind == "artifact"

absent(trace) := [] if trace.kind != "artifact"

# The trace is known to lead to another build than that of this job.
of_other_build(trace, build) if {
	trace.kind == "build"
	is_string(trace.job)
	is_string(build)
	build != ""
	trace.job != build
}

# The image's name in a reference by digest, as written, "" where there is none.
image(trace) := trim_prefix(split(trace.text, "@")[0], "docker://") if {
	is_string(trace.text)
	contains(trace.text, "@")
}

image(trace) := "" if {
	is_string(trace.text)
	not contains(trace.text, "@")
}

_why := {
	"literal": "a digest that is written out, whichever image was built",
	"tag": "a tag, which may name another image by then",
	"input": "a variable that somebody sets",
	"unresolved": "a reference that the product does not resolve",
	"other": "something that cannot be traced to a build",
	"none": "nothing that could be traced to a build",
}

_handles_digest(job) if {
	some field in ["builds", "publishes", "digest_checks"]
	is_array(job[field])
	count(job[field]) > 0
}
