-- Views of curves and of the recordings themselves, as the latest run over each saw them.

CREATE VIEW capacity_curves AS
SELECT
    curves.run,
    traces.name AS trace,
    traces.sha256 AS trace_sha256,
    curves.policy,
    curves.policy_version,
    curves.parameters_else,
    curves.cost_model,
    curves.seed,
    curves.method,
    curve_points.capacity,
    curves.allocations,
    curve_points.hits,
    curve_points.hits / nullif(curves.allocations, 0) AS hit_rate,
    (curve_points.hits - lag(curve_points.hits) OVER curve) / (curve_points.capacity - lag(curve_points.capacity) OVER curve)
        / nullif(curves.allocations, 0) AS gained_rate,
    curve_points.capacity IS NOT DISTINCT FROM curves.knee_capacity AS is_knee,
    curves.knee_capacity,
    curve_points.cost_mean_ns,
    curve_points.cached_mean_bytes,
    curve_points.cached_peak_bytes
FROM (
    SELECT curves.*, runs.trace_sha256
    FROM curves
    JOIN runs ON runs.id = curves.run
    QUALIFY row_number() OVER (
        PARTITION BY runs.trace_sha256, curves.policy, curves.parameters_else, curves.cost_model, curves.seed
        ORDER BY curves.run DESC, curves.curve) = 1
) AS curves
JOIN curve_points ON curve_points.run = curves.run AND curve_points.curve = curves.curve
JOIN traces ON traces.sha256 = curves.trace_sha256
WINDOW curve AS (PARTITION BY curves.run, curves.curve ORDER BY curve_points.capacity)
ORDER BY trace, trace_sha256, policy, parameters_else, cost_model, seed, curve_points.capacity;
COMMENT ON VIEW capacity_curves IS 'Hits against capacity, one row a capacity, from the latest run that swept the policy.';
COMMENT ON COLUMN capacity_curves.run IS 'The run (runs.id).';
COMMENT ON COLUMN capacity_curves.trace IS 'File name of the recording.';
COMMENT ON COLUMN capacity_curves.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN capacity_curves.policy IS 'Name of the policy.';
COMMENT ON COLUMN capacity_curves.policy_version IS 'Version of what the policy does.';
COMMENT ON COLUMN capacity_curves.parameters_else IS 'Parameters other than capacity, as param=value,...; empty if there are none.';
COMMENT ON COLUMN capacity_curves.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN capacity_curves.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN capacity_curves.method IS 'one_pass: all capacities in one pass, exactly; replayed: one replay a capacity.';
COMMENT ON COLUMN capacity_curves.capacity IS 'Stacks that each CPU may keep.';
COMMENT ON COLUMN capacity_curves.allocations IS 'Stacks asked for, the same at every capacity.';
COMMENT ON COLUMN capacity_curves.hits IS 'Forks that found one.';
COMMENT ON COLUMN capacity_curves.hit_rate IS 'Hits over allocations, 0 to 1.';
COMMENT ON COLUMN capacity_curves.gained_rate IS
    'Hit rate more than at the point before, for each stack of capacity more; NULL at the first point.';
COMMENT ON COLUMN capacity_curves.is_knee IS 'Whether the curve bends here.';
COMMENT ON COLUMN capacity_curves.knee_capacity IS
    'Capacity at which the curve bends: highest above the line from first to last point; NULL where nothing bends.';
COMMENT ON COLUMN capacity_curves.cost_mean_ns IS 'What a fork paid for its stack: mean, ns; NULL without allocations.';
COMMENT ON COLUMN capacity_curves.cached_mean_bytes IS 'Stacks in caches: average over time, bytes.';
COMMENT ON COLUMN capacity_curves.cached_peak_bytes IS 'Stacks in caches: most at any time, bytes.';

CREATE VIEW agreement AS
SELECT
    latest.run,
    traces.name AS trace,
    traces.sha256 AS trace_sha256,
    agreements.evidence,
    agreements.machine,
    agreements.recordings,
    agreements.forks,
    agreements.low_share,
    agreements.high_share
FROM (SELECT trace_sha256, max(id) AS run FROM runs GROUP BY trace_sha256) AS latest
JOIN traces ON traces.sha256 = latest.trace_sha256
JOIN agreements ON agreements.run = latest.run
ORDER BY trace, trace_sha256, machine;
COMMENT ON VIEW agreement IS 'How far replays of recordings with as much evidence agreed with the kernel.';
COMMENT ON COLUMN agreement.run IS 'The run (runs.id).';
COMMENT ON COLUMN agreement.trace IS 'File name of the recording.';
COMMENT ON COLUMN agreement.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN agreement.evidence IS 'Evidence level that the recording has.';
COMMENT ON COLUMN agreement.machine IS 'native, or emulated: a virtual machine without hardware help.';
COMMENT ON COLUMN agreement.recordings IS 'Recordings that were judged.';
COMMENT ON COLUMN agreement.forks IS 'Their forks.';
COMMENT ON COLUMN agreement.low_share IS 'Share of forks on which replay and kernel agreed, in the recording that agreed least, 0 to 1.';
COMMENT ON COLUMN agreement.high_share IS 'In the recording that agreed most, 0 to 1.';

CREATE VIEW lifetimes AS
SELECT
    latest.run,
    traces.name AS trace,
    traces.sha256 AS trace_sha256,
    lifetime_buckets.kind,
    lifetime_buckets.low_ns,
    lifetime_buckets.high_ns,
    lifetime_buckets.tasks,
    sum(lifetime_buckets.tasks) OVER (PARTITION BY latest.run, kind ORDER BY low_ns)
        / sum(lifetime_buckets.tasks) OVER (PARTITION BY latest.run, kind) AS share_at_most
FROM (SELECT trace_sha256, max(id) AS run FROM runs GROUP BY trace_sha256) AS latest
JOIN traces ON traces.sha256 = latest.trace_sha256
JOIN lifetime_buckets ON lifetime_buckets.run = latest.run
ORDER BY trace, trace_sha256, kind, low_ns;
COMMENT ON VIEW lifetimes IS 'How long stacks were in use: histogram and running share, by kind of task.';
COMMENT ON COLUMN lifetimes.run IS 'The run (runs.id).';
COMMENT ON COLUMN lifetimes.trace IS 'File name of the recording.';
COMMENT ON COLUMN lifetimes.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN lifetimes.kind IS 'thread, vfork or process, by clone flags; other where they say neither or are unknown.';
COMMENT ON COLUMN lifetimes.low_ns IS 'Shortest life in the bucket, ns.';
COMMENT ON COLUMN lifetimes.high_ns IS 'Longest life in the bucket, ns.';
COMMENT ON COLUMN lifetimes.tasks IS 'Tasks that lived so long.';
COMMENT ON COLUMN lifetimes.share_at_most IS 'Share of the kind''s tasks that lived high_ns or less, 0 to 1.';

CREATE VIEW rcu_delays AS
SELECT
    latest.run,
    traces.name AS trace,
    traces.sha256 AS trace_sha256,
    rcu_delay_buckets.operation,
    rcu_delay_buckets.evidence,
    rcu_delay_buckets.low_ns,
    rcu_delay_buckets.high_ns,
    rcu_delay_buckets.callbacks,
    sum(rcu_delay_buckets.callbacks) OVER (PARTITION BY latest.run, operation, evidence ORDER BY low_ns)
        / sum(rcu_delay_buckets.callbacks) OVER (PARTITION BY latest.run, operation, evidence) AS share_at_most
FROM (SELECT trace_sha256, max(id) AS run FROM runs GROUP BY trace_sha256) AS latest
JOIN traces ON traces.sha256 = latest.trace_sha256
JOIN rcu_delay_buckets ON rcu_delay_buckets.run = latest.run
ORDER BY trace, trace_sha256, operation, evidence, low_ns;
COMMENT ON VIEW rcu_delays IS
    'Time from a task''s final switch to its RCU callbacks: histogram and running share, by operation and evidence.';
COMMENT ON COLUMN rcu_delays.run IS 'The run (runs.id).';
COMMENT ON COLUMN rcu_delays.trace IS 'File name of the recording.';
COMMENT ON COLUMN rcu_delays.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN rcu_delays.operation IS
    'stack_callback: a callback queued at the final switch; task_free: of the task_struct, queued then or when the zombie was '
    'reaped.';
COMMENT ON COLUMN rcu_delays.evidence IS 'How the callback''s time is known: observed, inferred, modelled.';
COMMENT ON COLUMN rcu_delays.low_ns IS 'Shortest delay in the bucket, ns.';
COMMENT ON COLUMN rcu_delays.high_ns IS 'Longest delay in the bucket, ns.';
COMMENT ON COLUMN rcu_delays.callbacks IS 'Callbacks that ran so much later.';
COMMENT ON COLUMN rcu_delays.share_at_most IS 'Share of such callbacks that ran high_ns later or sooner, 0 to 1.';

CREATE VIEW cpu_matrix AS
SELECT
    latest.run,
    traces.name AS trace,
    traces.sha256 AS trace_sha256,
    cpu_pairs.fork_cpu,
    cpu_pairs.death_cpu,
    cpu_pairs.tasks,
    cpu_pairs.tasks / sum(cpu_pairs.tasks) OVER (PARTITION BY latest.run) AS task_share
FROM (SELECT trace_sha256, max(id) AS run FROM runs GROUP BY trace_sha256) AS latest
JOIN traces ON traces.sha256 = latest.trace_sha256
JOIN cpu_pairs ON cpu_pairs.run = latest.run
ORDER BY trace, trace_sha256, fork_cpu, death_cpu;
COMMENT ON VIEW cpu_matrix IS 'Tasks by CPU of fork and CPU of death; pairs without tasks are left out.';
COMMENT ON COLUMN cpu_matrix.run IS 'The run (runs.id).';
COMMENT ON COLUMN cpu_matrix.trace IS 'File name of the recording.';
COMMENT ON COLUMN cpu_matrix.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN cpu_matrix.fork_cpu IS 'CPU that took the stack.';
COMMENT ON COLUMN cpu_matrix.death_cpu IS 'CPU that gave it back.';
COMMENT ON COLUMN cpu_matrix.tasks IS 'Tasks.';
COMMENT ON COLUMN cpu_matrix.task_share IS 'Share of all such tasks, 0 to 1.';

CREATE VIEW grace_periods AS
SELECT
    latest.run,
    traces.name AS trace,
    traces.sha256 AS trace_sha256,
    grace_period_bounds.start_ns,
    grace_period_bounds.end_ns,
    grace_period_bounds.last_ns,
    grace_period_bounds.callbacks,
    grace_period_bounds.evidence
FROM (SELECT trace_sha256, max(id) AS run FROM runs GROUP BY trace_sha256) AS latest
JOIN traces ON traces.sha256 = latest.trace_sha256
JOIN grace_period_bounds ON grace_period_bounds.run = latest.run
ORDER BY trace, trace_sha256, end_ns;
COMMENT ON VIEW grace_periods IS 'RCU grace periods that let task_structs go, within their bounds.';
COMMENT ON COLUMN grace_periods.run IS 'The run (runs.id).';
COMMENT ON COLUMN grace_periods.trace IS 'File name of the recording.';
COMMENT ON COLUMN grace_periods.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN grace_periods.start_ns IS
    'It began no earlier: the last final switch among the tasks that it let go, ns from the recording''s first event.';
COMMENT ON COLUMN grace_periods.end_ns IS 'It ended no later: the first callback that it let run, ns from the recording''s first event.';
COMMENT ON COLUMN grace_periods.last_ns IS 'The last callback of the batch, ns from the recording''s first event.';
COMMENT ON COLUMN grace_periods.callbacks IS 'Callbacks of task_structs in the batch; batches are a millisecond or more apart.';
COMMENT ON COLUMN grace_periods.evidence IS 'How the callbacks are known: observed, inferred, modelled; the weakest of them.';

CREATE VIEW trace_timeline AS
SELECT
    latest.run,
    traces.name AS trace,
    traces.sha256 AS trace_sha256,
    trace_series.start_ns,
    trace_series.window_ns,
    trace_series.forks,
    trace_series.deaths,
    trace_series.callbacks
FROM (SELECT trace_sha256, max(id) AS run FROM runs GROUP BY trace_sha256) AS latest
JOIN traces ON traces.sha256 = latest.trace_sha256
JOIN trace_series ON trace_series.run = latest.run
ORDER BY trace, trace_sha256, start_ns;
COMMENT ON VIEW trace_timeline IS 'What happened over time, whatever the policy.';
COMMENT ON COLUMN trace_timeline.run IS 'The run (runs.id).';
COMMENT ON COLUMN trace_timeline.trace IS 'File name of the recording.';
COMMENT ON COLUMN trace_timeline.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN trace_timeline.start_ns IS 'Start of the window, ns from the recording''s first event.';
COMMENT ON COLUMN trace_timeline.window_ns IS 'Length of the window, ns.';
COMMENT ON COLUMN trace_timeline.forks IS 'Stacks taken in the window, failed forks included.';
COMMENT ON COLUMN trace_timeline.deaths IS 'Final switches in the window, failed forks included.';
COMMENT ON COLUMN trace_timeline.callbacks IS 'RCU callbacks of task_structs in the window.';
