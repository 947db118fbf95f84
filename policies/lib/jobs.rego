package lib.jobs

# Jobs that act on production: id -> job.  They change something in a production namespace, environment or
# cluster, or with a production credential.
production[id] := job if {
	some id, job in input.job
	data.lib.scope.production_repository(id)
	is_array(job.touches)
	some touch in job.touches
	is_string(touch.verb)
	touch.verb != "observe"
	on_production(touch)
}

# Jobs that deploy to production: id -> job.
deploys_production[id] := job if {
	some id, job in production
	some touch in job.touches
	touch.verb == "deploy"
	on_production(touch)
}

# Jobs that deploy to stage or production: id -> job.
deploys[id] := job if some id, job in deploys_production

deploys[id] := job if {
	some id, job in input.job
	data.lib.scope.production_repository(id)
	is_array(job.touches)
	some touch in job.touches
	touch.verb == "deploy"
	on_stage(touch)
}

on_production(touch) if {
	is_string(touch.namespace)
	data.lib.scope.production_namespace(touch.namespace)
}

on_production(touch) if data.lib.scope.production_environment(touch.environment)

on_production(touch) if data.lib.scope.production_cluster(touch.cluster)

on_production(touch) if data.lib.scope.production_secret(touch.credential)

on_stage(touch) if {
	is_string(touch.namespace)
	data.lib.scope.stage_namespace(touch.namespace)
}

on_stage(touch) if data.lib.scope.stage_environment(touch.environment)

# The gates before a job, as facts.  Undefined if which they are was not read.
gates(job) := [gate | some id in job.gates; gate := input.gate[id]] if is_array(job.gates)

# All gates before a job were read, their quorums too.
gates_read(job) if {
	is_array(job.gates)
	read := [gate | some gate in gates(job); is_number(gate.required)]
	count(read) == count(job.gates)
}

# The largest base quorum that a single gate before the job asks for; 0 without a gate, undefined if one was
# not read.
quorum(job) := max([gate.required | some gate in gates(job)]) if {
	gates_read(job)
	count(job.gates) > 0
}

quorum(job) := 0 if job.gates == []

# The jobs that must have succeeded before this one starts: id -> job.  Undefined if that was not read.
before(job) := {id: input.job[id] | some id in job.after; input.job[id]} if is_array(job.after)

# Jobs that sign or attest: id -> job.
signing[id] := job if {
	some id, job in input.job
	data.lib.scope.production_repository(id)
	some field in ["signs", "attests"]
	is_array(job[field])
	count(job[field]) > 0
}
