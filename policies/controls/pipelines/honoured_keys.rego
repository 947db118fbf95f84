# METADATA
# title: The product reads pipeline files as they are written
# description: |
#   A pipeline file fails for every key, value or document that the declared version of the product refuses,
#   so that it loads nothing of the file, or accepts and ignores, so that what is written protects nobody.
#   Examples in version 0.93: `exclude_pr_author`, `oidc` and `strategy.matrix` (refused),
#   `require-digest-match` on a plugin named by its registry, `include`, a second document, `approval:`
#   without a value (ignored).
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/reference/yaml/
#     description: Pipeline files
# custom:
#   severity: high
#   aspects: [design, implementation]
#   sources: [gocdnext]
#   population: [pipeline_file]
#   requires: [pipeline_file.refused, pipeline_file.ignored]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     cis-sscs-1.0: [2.3.6]
#     nist-800-53-r5: [CM-3]
#   remediation: |
#     Remove the key, or write what this version honours. If the server runs another version, declare it:
#
#         sources:
#           gocdnext: {path: .gocdnext, version: "0.93"}
#   population_how: files in which the product looks for pipelines
#   added_in: "0.1.0"
package controls.pipelines.honoured_keys

subjects contains id if some id, _ in _files

failures contains {"subject": id, "message": message, "at": remark.at} if {
	some id, file in _files
	some field, verdict in {"refused": "the product refuses the file", "ignored": "without effect"}
	is_array(file[field])
	some remark in file[field]
	message := sprintf("%v: %v", [verdict, remark.message])
}

_files[id] := file if {
	some id, file in input.pipeline_file
	data.lib.scope.production_file(id)
}
