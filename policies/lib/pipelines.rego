package lib.pipelines

# The roles that a pipeline plays, by what it does and how it can start: pr, main, release, prod.  A pipeline
# can play several.

judged[id] := pipeline if {
	some id, pipeline in input.pipeline
	data.lib.scope.production_repository(id)
}

starts_by(pipeline, cause) if {
	is_array(pipeline.starts)
	some start in pipeline.starts
	start.cause == cause
}

pr[id] := pipeline if {
	some id, pipeline in judged
	starts_by(pipeline, "pull_request")
}

main[id] := pipeline if {
	some id, pipeline in judged
	starts_by(pipeline, "push")
}

release[id] := judged[id] if {
	some id in _releasing
	judged[id]
}

prod[id] := judged[id] if {
	some job in data.lib.jobs.production
	id := job.pipeline
	judged[id]
}

_releasing contains job.pipeline if {
	some job in input.job
	is_array(job.tag_creations)
	count(job.tag_creations) > 0
}

_releasing contains job.pipeline if {
	some job in input.job
	is_array(job.publishes)
	some publish in job.publishes
	publish.tag_kind == "release"
}

# The jobs of a pipeline: id -> job.
jobs(pipeline) := {id: job | some id, job in input.job; job.pipeline == pipeline}

# Release pipelines and production pipelines: id -> pipeline.
to_production[id] := pipeline if some id, pipeline in release

to_production[id] := pipeline if some id, pipeline in prod
