-- The recordings themselves, as the latest run over each saw them.

CREATE VIEW latest_runs AS
SELECT max(runs.id) AS run, traces.name AS trace, traces.digest AS trace_digest
FROM runs
JOIN traces ON traces.digest = runs.trace_digest
GROUP BY traces.name, traces.digest
ORDER BY trace, trace_digest;
COMMENT ON VIEW latest_runs IS 'The latest run over each recording.';
COMMENT ON COLUMN latest_runs.run IS 'The run (runs.id).';
COMMENT ON COLUMN latest_runs.trace IS 'File name of the recording.';
COMMENT ON COLUMN latest_runs.trace_digest IS
    'Digest of the recording''s bytes: the algorithm''s name, a colon, lower-case hexadecimal digits.';

CREATE VIEW issues AS
SELECT *
FROM latest_runs
JOIN import_issues USING (run)
ORDER BY trace, trace_digest, severity, code, message;
COMMENT ON VIEW issues IS 'What the reader had to say about each recording, in the latest run over it.';

CREATE VIEW lifetimes AS
SELECT
    *,
    sum(tasks) OVER (PARTITION BY run, kind ORDER BY low_ns) / sum(tasks) OVER (PARTITION BY run, kind) AS share_at_most
FROM latest_runs
JOIN lifetime_buckets USING (run)
ORDER BY trace, trace_digest, kind, low_ns;
COMMENT ON VIEW lifetimes IS 'How long stacks were in use: histogram and running share, by kind of task.';
COMMENT ON COLUMN lifetimes.share_at_most IS 'Share of the kind''s tasks that lived high_ns or less, 0 to 1.';

CREATE VIEW measured_forks AS
SELECT *
FROM latest_runs
JOIN fork_times USING (run)
ORDER BY trace, trace_digest, measure, kind, outcome;
COMMENT ON VIEW measured_forks IS 'How long forks took, measured by the recording''s own events, in the latest run over it.';

CREATE VIEW measured_fork_times AS
SELECT
    *,
    sum(forks) OVER (PARTITION BY run, measure, kind, outcome ORDER BY low_ns)
        / sum(forks) OVER (PARTITION BY run, measure, kind, outcome) AS share_at_most
FROM latest_runs
JOIN fork_time_buckets USING (run)
ORDER BY trace, trace_digest, measure, kind, outcome, low_ns;
COMMENT ON VIEW measured_fork_times IS 'How long forks took, measured: histogram and running share, by measure, kind and outcome.';
COMMENT ON COLUMN measured_fork_times.share_at_most IS 'Share of such forks that took high_ns or less, 0 to 1.';

CREATE VIEW rcu_delays AS
SELECT
    *,
    sum(callbacks) OVER (PARTITION BY run, operation, evidence ORDER BY low_ns)
        / sum(callbacks) OVER (PARTITION BY run, operation, evidence) AS share_at_most
FROM latest_runs
JOIN rcu_delay_buckets USING (run)
ORDER BY trace, trace_digest, operation, evidence, low_ns;
COMMENT ON VIEW rcu_delays IS
    'Time from a task''s final switch to its RCU callbacks: histogram and running share, by operation and evidence.';
COMMENT ON COLUMN rcu_delays.share_at_most IS 'Share of such callbacks that ran high_ns later or sooner, 0 to 1.';

CREATE VIEW cpu_matrix AS
SELECT
    *,
    tasks / sum(tasks) OVER (PARTITION BY run) AS task_share
FROM latest_runs
JOIN cpu_pairs USING (run)
ORDER BY trace, trace_digest, fork_cpu, death_cpu;
COMMENT ON VIEW cpu_matrix IS 'Tasks by CPU of fork and CPU of death; pairs without tasks are left out.';
COMMENT ON COLUMN cpu_matrix.task_share IS 'Share of all such tasks, 0 to 1.';

CREATE VIEW grace_periods AS
SELECT *
FROM latest_runs
JOIN grace_period_bounds USING (run)
ORDER BY trace, trace_digest, end_ns;
COMMENT ON VIEW grace_periods IS 'RCU grace periods that let task_structs go, within their bounds.';

CREATE VIEW trace_timeline AS
SELECT *
FROM latest_runs
JOIN trace_series USING (run)
ORDER BY trace, trace_digest, start_ns;
COMMENT ON VIEW trace_timeline IS 'What happened over time, whatever the policy.';

CREATE VIEW latest_validations AS
SELECT
    traces.name AS trace,
    validations.*,
    100 * (predicted_hit_rate - kernel_hit_rate) AS hit_rate_error_points
FROM validations
JOIN traces ON traces.digest = validations.trace_digest
QUALIFY validation = max(validation) OVER (PARTITION BY validations.trace_digest, policy, evidence, conditions)
ORDER BY trace, trace_digest, policy, evidence, conditions;
COMMENT ON VIEW latest_validations IS
    'The latest validation of each recording, policy and level of evidence under the same conditions.';
COMMENT ON COLUMN latest_validations.trace IS 'File name of the recording.';
COMMENT ON COLUMN latest_validations.hit_rate_error_points IS 'The replay''s hit rate less the kernel''s, in percentage points.';
