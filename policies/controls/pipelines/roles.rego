# METADATA
# title: Pull requests, the main branch, releases and production each have their pipeline
# description: |
#   A repository passes if some pipeline starts by a pull request, some by a push to its main branch, some
#   creates a release tag or publishes a release image, and some acts on production. Roles are played by
#   what a pipeline does and how it starts: neither its name nor its file counts, and one role may be split
#   over several files. A pipeline that starts by pushes to other branches only does not play the role main.
#   What stands in a file that the product does not read, or in the second document of one, is no pipeline.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   aspects: [design]
#   sources: [gocdnext]
#   population: [repository.named, repository.has_pipelines]
#   requires: [repository.default_branch]
#   seeks: [pipeline.starts, job.pipeline, job.touches, job.publishes, job.tag_creations]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     cis-sscs-1.0: [5.2.1]
#     pci-4.0.1: [6.5.1]
#     nist-800-53-r5: [CM-3]
#   remediation: |
#     Add the pipeline that is missing, one for each role:
#
#         # .gocdnext/pr.yaml
#         when: {event: [pull_request]}
#         # .gocdnext/main.yaml
#         when: {event: [push], branch: [main]}
#         # .gocdnext/release.yaml and .gocdnext/prod.yaml
#         when: {event: [manual]}
#   population_how: repositories whose way to production is judged
#   added_in: "0.1.0"
package controls.pipelines.roles

import future.keywords.not

subjects contains id if some id, _ in data.lib.repositories.production

failures contains {"subject": id, "message": message, "at": repository.at, "absent": role.absent} if {
	some id, repository in data.lib.repositories.production
	some name, role in _roles
	not _played(name, id)
	message := role.message
}

_played("pr", id) if {
	some pipeline, _ in data.lib.pipelines.pr
	data.lib.scope.repository_of(pipeline) == id
}

_played("main", id) if {
	some path, pipeline in data.lib.pipelines.main
	data.lib.scope.repository_of(path) == id
	some start in pipeline.starts
	start.cause == "push"
	_on_main(start, input.repository[id].default_branch)
}

_played("release", id) if {
	some pipeline, _ in data.lib.pipelines.release
	data.lib.scope.repository_of(pipeline) == id
}

_played("prod", id) if {
	some pipeline, _ in data.lib.pipelines.prod
	data.lib.scope.repository_of(pipeline) == id
}

# No branches means the default branch.  Without git nobody knows what that is called.
_on_main(start, _) if {
	is_array(start.branches)
	count(start.branches) == 0
}

_on_main(_, "") := true

_on_main(start, main) if {
	is_array(start.branches)
	some branch in start.branches
	branch == main
}

_on_main(start, _) if {
	is_array(start.branches)
	some branch in start.branches
	data.lib.scope.named(input.scope.production.branches, branch)
}

_roles := {
	"pr": {
		"message": "no pipeline starts by a pull request",
		"absent": ["pipeline.starts"],
	},
	"main": {
		"message": "no pipeline starts by a push to the main branch",
		"absent": ["pipeline.starts", "repository.default_branch"],
	},
	"release": {
		"message": "no pipeline creates a release tag or publishes a release image",
		"absent": ["pipeline", "job.pipeline", "job.publishes", "job.tag_creations"],
	},
	"prod": {
		"message": "no pipeline acts on a declared production namespace, environment, cluster or credential",
		"absent": ["pipeline", "job.pipeline", "job.touches"],
	},
}
