package lib.releases

import future.keywords.not

# What release pipelines build, scan, sign and publish.

# Publications of a release tag, one for each: the job's id, its pipeline, the job, the publication.
publications contains {"id": id, "pipeline": job.pipeline, "job": job, "publish": publish} if {
	some id, job in input.job
	data.lib.pipelines.release[job.pipeline]
	is_array(job.publishes)
	some publish in job.publishes
	publish.tag_kind == "release"
}

# Jobs of release pipelines that build an image and push it: id -> job.
building[id] := job if {
	some id, job in input.job
	data.lib.pipelines.release[job.pipeline]
	is_array(job.builds)
	some build in job.builds
	build.pushes == true
}

# The scans of images for vulnerabilities that a job makes.
image_scans(job) := [scan |
	is_array(job.scans)
	some scan in job.scans
	scan.subject == "image"
	scan.finds == "vulnerabilities"
]

# A job scans the image that `build` (a job's id) builds, as far as can be told: a scan of a tag may be of it.
# `name` is the image's, "" for any of that build.
scans(job, build, name) if {
	some scan in image_scans(job)
	is_object(scan.target)
	not data.lib.traces.of_other_build(scan.target, build)
	not _other_image(data.lib.traces.image(scan.target), name)
}

# A job signs that image, in the same sense.
signs(job, build, name) if {
	is_array(job.signs)
	some sign in job.signs
	is_object(sign.target)
	not data.lib.traces.of_other_build(sign.target, build)
	not _other_image(sign.image, name)
}

# The name of what a publication copies, "" where it does not say.
copied(publication) := data.lib.traces.image(publication.publish.source)

# Both are written out, and they differ.
_other_image(one, other) if {
	is_string(one)
	is_string(other)
	one != other
	count([name | some name in [one, other]; _written_out(name)]) == 2
}

_written_out(name) if {
	name != ""
	not contains(name, "$")
}

# The job that built what a publication makes visible: the job itself, or where the copied digest comes from.
# "" where that is not a build.
origin(publication) := publication.id if publication.publish.by == "build"

origin(publication) := publication.publish.source.job if {
	publication.publish.by == "promotion"
	publication.publish.source.kind == "build"
	is_string(publication.publish.source.job)
}

origin(publication) := "" if {
	publication.publish.by == "promotion"
	is_string(publication.publish.source.kind)
	publication.publish.source.kind != "build"
}
