-- Results by cell. history has every column of the table results: one that is added there is here too, and in summary.

CREATE VIEW history AS
SELECT
    results.run,
    runs.started_at,
    runs.version,
    runs.label,
    runs.git_commit,
    runs.command,
    results.cell,
    traces.name AS trace,
    traces.digest AS trace_digest,
    traces.kernel,
    cells.policy,
    results.policy_version,
    results.engine_version,
    cells.parameters,
    cells.parameter_values['capacity'] AS capacity,
    cells.cost_model,
    cells.seed,
    {conditions: results.$},
    results.* EXCLUDE (run, cell, policy_version, engine_version, {conditions: $})
FROM results
JOIN runs ON runs.id = results.run
JOIN cells ON cells.cell = results.cell
JOIN traces ON traces.digest = cells.trace_digest
ORDER BY run, trace, policy, capacity, parameters, cost_model, seed, cell;
COMMENT ON VIEW history IS 'Every result of every run, oldest first.';
COMMENT ON COLUMN history.trace IS 'File name of the recording.';
COMMENT ON COLUMN history.trace_digest IS
    'Digest of the recording''s bytes: the algorithm''s name, a colon, lower-case hexadecimal digits.';
COMMENT ON COLUMN history.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';

CREATE VIEW summary AS
SELECT * EXCLUDE (started_at, version, label, git_commit, command)
FROM history
QUALIFY run = max(run) OVER (PARTITION BY cell)
ORDER BY trace, policy, capacity, parameters, cost_model, seed, cell;
COMMENT ON VIEW summary IS 'The latest result of each cell: one row for each recording, policy, parameters, cost model and seed.';
