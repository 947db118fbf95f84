package lib.scope

# What the owner declared as production and stage.  Names are matched as globs in which * crosses separators.

named(patterns, name) if {
	is_string(name)
	some pattern in patterns
	glob.match(pattern, null, name)
}

production_namespace(name) if named(input.scope.production.namespaces, name)

production_environment(name) if named(input.scope.production.environments, name)

production_cluster(name) if named(input.scope.production.environments, name)

production_cluster(name) if named(input.scope.production.clusters, name)

production_secret(name) if named(input.scope.production.secrets, name)

stage_namespace(name) if named(input.scope.stage.namespaces, name)

stage_environment(name) if named(input.scope.stage.environments, name)

# A repository whose way to production is judged; `id` is it or something in it.
production_repository(id) if {
	count(input.scope.production.repositories) == 0
	id != ""
}

production_repository(id) if named(input.scope.production.repositories, repository_of(id))

# The repository of a pipeline, job or gate.
repository_of(id) := split(id, "#")[0]

# A file of such a repository, by its id.
production_file(id) if {
	count(input.scope.production.repositories) == 0
	id != ""
}

production_file(id) if {
	some pattern in input.scope.production.repositories
	glob.match(concat("", [pattern, "/*"]), null, id)
}
