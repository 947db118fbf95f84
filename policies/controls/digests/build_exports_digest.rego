# METADATA
# title: A release build hands on the digest of the image it pushed
# description: |
#   A job of a release pipeline that builds and pushes an image must declare an output with its digest, so
#   that everything after it works on those bytes. It fails without such an output, and with one that the
#   product never fills: in version 0.93 the `buildx` plugin writes no outputs.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   prerequisite: 2
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.builds, job.pipeline, job.publishes, job.tag_creations, pipeline.name]
#   requires: [job.builds]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     slsa-1.2: [threat-G]
#     ssdf-1.1: [PS.3.1]
#   remediation: |
#     Write the digest to the output file, and declare the output:
#
#         build:
#           outputs:
#             digest: IMAGE_DIGEST
#           script:
#             - docker buildx build --push -t ghcr.io/my-org/my-app:pre-${TAG} .
#             - digest=$(crane digest ghcr.io/my-org/my-app:pre-${TAG})
#             - echo "IMAGE_DIGEST=$digest" >> "$GOCDNEXT_OUTPUT_FILE"
#   population_how: jobs of release pipelines that build and push an image
#   added_in: "0.1.0"
package controls.digests.build_exports_digest

subjects contains id if some id, _ in data.lib.releases.building

failures contains {"subject": id, "message": message, "at": build.at} if {
	some id, job in data.lib.releases.building
	some build in job.builds
	build.pushes == true
	build.digest_output == ""
	message := _what(build)
}

_what(build) := sprintf("no output holds the digest of %v", [build.image]) if build.declared_output == ""

_what(build) := message if {
	is_string(build.declared_output)
	build.declared_output != ""
	message := sprintf("the output `%v`, which is to hold the digest, is never filled", [build.declared_output])
}
