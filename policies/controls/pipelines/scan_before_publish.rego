# METADATA
# title: The release tag of an image exists only after its scan and signature
# description: |
#   A job that publishes an image under a release tag passes if it copies, by digest, an image that an
#   earlier job has scanned for vulnerabilities and an earlier job has signed. It fails if the build itself
#   pushes the release tag, if the scan or the signature is missing before it, comes later or is of another
#   build, and if it copies what a tag names. Whether the scan can block is judged by pipelines.scan_blocks,
#   and what is signed by signatures.release_signs_digest.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.pipeline, job.publishes, pipeline.name]
#   requires: [job.pipeline, job.publishes, job.after, job.scans, job.signs]
#   seeks: [job.builds, job.publishes, job.digest_checks]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC7.1, CC8.1]
#     pci-4.0.1: [6.5.1]
#     nist-800-53-r5: [CM-3(2)]
#   remediation: |
#     Push a candidate, and copy its digest once it is scanned and signed:
#
#         build:
#           with: {tags: "pre-${TAG}"}
#         promote:
#           stage: promote
#           needs: [build, trivy-image, cosign-sign]
#           uses: ghcr.io/klinux/gocdnext-plugin-image-copy@v1
#           with:
#             source: ghcr.io/my-org/my-app@${{ needs.build.outputs.digest }}
#             target: ghcr.io/my-org/my-app:${TAG}
#   population_how: release pipelines that publish an image under a release tag
#   added_in: "0.1.0"
package controls.pipelines.scan_before_publish

import future.keywords.not

subjects contains publication.pipeline if some publication in data.lib.releases.publications

failures contains {"subject": publication.pipeline, "message": message, "at": publication.publish.at} if {
	some publication in data.lib.releases.publications
	publication.publish.by == "build"
	message := sprintf("the build itself publishes %v, before a scan or signature", [_name(publication)])
}

failures contains {"subject": pipeline, "message": message, "at": publish.at, "absent": absent} if {
	some publication in data.lib.releases.publications
	pipeline := publication.pipeline
	publish := publication.publish
	publish.by == "promotion"
	why := data.lib.traces.unsound(publish.source)
	absent := data.lib.traces.absent(publish.source)
	message := sprintf("what is published as %v is copied from %v", [_name(publication), why])
}

failures contains {"subject": pipeline, "message": message, "at": publish.at, "absent": [field]} if {
	some publication in data.lib.releases.publications
	pipeline := publication.pipeline
	publish := publication.publish
	publish.by == "promotion"
	origin := data.lib.releases.origin(publication)
	name := data.lib.releases.copied(publication)
	earlier := data.lib.jobs.before(publication.job)
	some field, what in {"job.scans": "scans it", "job.signs": "signs it"}
	count([job | some job in earlier; _does(field, job, origin, name)]) == 0
	message := sprintf("%v is published, and no job before %v", [_name(publication), what])
}

_does("job.scans", job, origin, name) if data.lib.releases.scans(job, origin, name)

_does("job.signs", job, origin, name) if data.lib.releases.signs(job, origin, name)

_name(publication) := sprintf("%v:%v", [publication.publish.image, publication.publish.tag])
