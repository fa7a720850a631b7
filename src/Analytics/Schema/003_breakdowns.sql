-- What a replay says beside the figures of its cells: causes of misses, CPUs and names, curves over capacity, and facts of the recording
-- itself. Rows of runs that an older ForkTrace wrote have NULL in the columns that are new here.

ALTER TABLE runs ADD COLUMN label VARCHAR;
ALTER TABLE runs ADD COLUMN git_commit VARCHAR;
COMMENT ON COLUMN runs.label IS 'What the user called the run (--label); NULL where nothing was given.';
COMMENT ON COLUMN runs.git_commit IS
    'Commit that the run belongs to (--commit, a CI server''s, or that checked out in the working folder); NULL where unknown.';

ALTER TABLE results ADD COLUMN policy_version INTEGER;
ALTER TABLE results ADD COLUMN engine_version INTEGER;
ALTER TABLE results ADD COLUMN warmup_ns BIGINT;
ALTER TABLE results ADD COLUMN starts_full BOOLEAN;
ALTER TABLE results ADD COLUMN rcu_model VARCHAR;
ALTER TABLE results ADD COLUMN pins VARCHAR;
ALTER TABLE results ADD COLUMN topology VARCHAR;
ALTER TABLE results ADD COLUMN vfree_delay_ns BIGINT;
ALTER TABLE results ADD COLUMN misses_cold BIGINT;
ALTER TABLE results ADD COLUMN misses_placement BIGINT;
ALTER TABLE results ADD COLUMN misses_node BIGINT;
ALTER TABLE results ADD COLUMN misses_rcu_delay BIGINT;
ALTER TABLE results ADD COLUMN misses_capacity BIGINT;
ALTER TABLE results ADD COLUMN hits_starting_full BIGINT;
ALTER TABLE results ADD COLUMN starting_full_hit_rate DOUBLE;
ALTER TABLE results ADD COLUMN cost_mean_starting_full_ns DOUBLE;
ALTER TABLE results ADD COLUMN freed_offline BIGINT;
ALTER TABLE results ADD COLUMN release_cost_mean_ns DOUBLE;
ALTER TABLE results ADD COLUMN release_cost_p50_ns DOUBLE;
ALTER TABLE results ADD COLUMN release_cost_p90_ns DOUBLE;
ALTER TABLE results ADD COLUMN release_cost_p99_ns DOUBLE;
ALTER TABLE results ADD COLUMN release_cost_p999_ns DOUBLE;
ALTER TABLE results ADD COLUMN release_cost_max_ns BIGINT;
ALTER TABLE results ADD COLUMN cpu_seconds_per_million_forks DOUBLE;
ALTER TABLE results ADD COLUMN stranded_peak_bytes BIGINT;
ALTER TABLE results ADD COLUMN stranded_mean_bytes DOUBLE;
ALTER TABLE results ADD COLUMN stranded_end_bytes BIGINT;
ALTER TABLE results ADD COLUMN vfree_peak_bytes BIGINT;
ALTER TABLE results ADD COLUMN vfree_mean_bytes DOUBLE;
ALTER TABLE results ADD COLUMN vfree_end_bytes BIGINT;
ALTER TABLE results ADD COLUMN address_space_freed_bytes BIGINT;
ALTER TABLE results ADD COLUMN address_space_threshold_bytes BIGINT;
ALTER TABLE results ADD COLUMN address_space_purges DOUBLE;
ALTER TABLE results ADD COLUMN reuses_same_process BIGINT;
ALTER TABLE results ADD COLUMN reuses_other_process BIGINT;
ALTER TABLE results ADD COLUMN reuses_unknown_process BIGINT;
ALTER TABLE results ADD COLUMN reuse_mean_ns DOUBLE;
ALTER TABLE results ADD COLUMN reuse_p50_ns DOUBLE;
ALTER TABLE results ADD COLUMN reuse_p90_ns DOUBLE;
ALTER TABLE results ADD COLUMN reuse_p99_ns DOUBLE;
ALTER TABLE results ADD COLUMN reuse_p999_ns DOUBLE;
ALTER TABLE results ADD COLUMN reuse_max_ns BIGINT;
ALTER TABLE results ADD COLUMN expected_agreement_low_share DOUBLE;
ALTER TABLE results ADD COLUMN expected_agreement_high_share DOUBLE;
COMMENT ON COLUMN results.policy_version IS 'Version of what the policy does, counted from 1; NULL in rows from before there was one.';
COMMENT ON COLUMN results.engine_version IS
    'Version of what the engine does for every policy, counted from 1; NULL in rows from before there was one.';
COMMENT ON COLUMN results.warmup_ns IS 'Time from the recording''s start that the figures leave out, ns.';
COMMENT ON COLUMN results.starts_full IS 'Whether the caches are taken to have been full when the recording began; else empty.';
COMMENT ON COLUMN results.rcu_model IS 'Model of RCU grace periods that was chosen; empty for the default.';
COMMENT ON COLUMN results.pins IS 'Share of releases that a pin delays, and for how long; empty without pins.';
COMMENT ON COLUMN results.topology IS 'Memory nodes and last-level caches of the CPUs; empty where neither recording nor plan says.';
COMMENT ON COLUMN results.vfree_delay_ns IS 'How long a workqueue is taken to need for a vfree, ns.';
COMMENT ON COLUMN results.misses_cold IS 'Misses: no task had died whose stack was not taken already.';
COMMENT ON COLUMN results.misses_placement IS
    'Misses: one pool for the whole machine would have had a stack; the task had died on another CPU.';
COMMENT ON COLUMN results.misses_node IS 'Misses: a cache that also keeps stacks of other memory nodes would have had one.';
COMMENT ON COLUMN results.misses_rcu_delay IS 'Misses: a cache without delay would have had one; it was on its way through RCU.';
COMMENT ON COLUMN results.misses_capacity IS
    'Misses: a cache without bound would have had one; it was dropped, for lack of room or by age.';
COMMENT ON COLUMN results.hits_starting_full IS
    'Hits if the caches had been full when the recording began; hits has them empty, the truth is between. NULL where that was '
    'not asked, or the policy does not say what full is.';
COMMENT ON COLUMN results.starting_full_hit_rate IS 'hits_starting_full over allocations, 0 to 1; NULL without either.';
COMMENT ON COLUMN results.cost_mean_starting_full_ns IS
    'Mean cost of a stack if the caches had been full when the recording began, ns; NULL as for the hits.';
COMMENT ON COLUMN results.freed_offline IS 'Cached stacks given back because their CPU went offline; part of freed.';
COMMENT ON COLUMN results.release_cost_mean_ns IS
    'What giving stacks back cost, step by step: mean, ns; NULL where the cost model does not price it, like the other release '
    'costs.';
COMMENT ON COLUMN results.release_cost_p50_ns IS 'Median of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN results.release_cost_p90_ns IS '90th percentile of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN results.release_cost_p99_ns IS '99th percentile of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN results.release_cost_p999_ns IS '99.9th percentile of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN results.release_cost_max_ns IS 'Greatest cost of giving a stack back, ns.';
COMMENT ON COLUMN results.cpu_seconds_per_million_forks IS
    'CPU time for a million stacks taken and given back, s; as far as the cost model prices it.';
COMMENT ON COLUMN results.stranded_peak_bytes IS
    'Stacks cached on CPUs that do not fork again: most at any time, bytes; NULL where stacks move between caches.';
COMMENT ON COLUMN results.stranded_mean_bytes IS 'Stacks cached on CPUs that do not fork again: average over time, bytes.';
COMMENT ON COLUMN results.stranded_end_bytes IS 'Stacks cached on CPUs that do not fork again: at the recording''s end, bytes.';
COMMENT ON COLUMN results.vfree_peak_bytes IS
    'Stacks handed to a workqueue that vfrees them (a modelled delay): most at any time, bytes; NULL where nothing is vfree''d '
    'later.';
COMMENT ON COLUMN results.vfree_mean_bytes IS 'Stacks handed to a workqueue that vfrees them (a modelled delay): average over time, bytes.';
COMMENT ON COLUMN results.vfree_end_bytes IS
    'Stacks handed to a workqueue that vfrees them (a modelled delay): at the recording''s end, bytes.';
COMMENT ON COLUMN results.address_space_freed_bytes IS
    'Address space of vfree''d stacks, guard pages included, bytes; NULL where stacks are not vmalloc''ed, like the next two.';
COMMENT ON COLUMN results.address_space_threshold_bytes IS 'Address space that gathers before the kernel purges it, bytes.';
COMMENT ON COLUMN results.address_space_purges IS 'Purges, each a TLB flush of the whole machine, that stacks alone bring about.';
COMMENT ON COLUMN results.reuses_same_process IS
    'Reuses of a cached stack by a task of its last owner''s process; NULL where reuse was not followed, like the other figures '
    'of reuse.';
COMMENT ON COLUMN results.reuses_other_process IS 'Reuses by a task of another process.';
COMMENT ON COLUMN results.reuses_unknown_process IS 'Reuses where the recording does not show the process of one of the two.';
COMMENT ON COLUMN results.reuse_mean_ns IS 'Time between a stack''s put into a cache and its reuse: mean, ns.';
COMMENT ON COLUMN results.reuse_p50_ns IS 'Median of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN results.reuse_p90_ns IS '90th percentile of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN results.reuse_p99_ns IS '99th percentile of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN results.reuse_p999_ns IS '99.9th percentile of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN results.reuse_max_ns IS 'Longest time between put and reuse, ns.';
COMMENT ON COLUMN results.expected_agreement_low_share IS
    'Least share of forks on which replay and kernel agreed, over the recordings with as much evidence (docs/fidelity.md), 0 to '
    '1; NULL where none was measured, or events were lost.';
COMMENT ON COLUMN results.expected_agreement_high_share IS 'Greatest such share, 0 to 1; NULL where none was measured.';

CREATE TABLE cpu_counts (
    run BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    cpu INTEGER NOT NULL,
    hits BIGINT NOT NULL,
    misses_cold BIGINT NOT NULL,
    misses_placement BIGINT NOT NULL,
    misses_node BIGINT NOT NULL,
    misses_rcu_delay BIGINT NOT NULL,
    misses_capacity BIGINT NOT NULL
);
COMMENT ON TABLE cpu_counts IS 'Results by CPU of the fork; CPUs without forks are left out.';
COMMENT ON COLUMN cpu_counts.run IS 'The run (runs.id).';
COMMENT ON COLUMN cpu_counts.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN cpu_counts.cpu IS 'CPU that forked.';
COMMENT ON COLUMN cpu_counts.hits IS 'Forks on it that were served from a cache.';
COMMENT ON COLUMN cpu_counts.misses_cold IS 'Misses: no task had died whose stack was not taken already.';
COMMENT ON COLUMN cpu_counts.misses_placement IS
    'Misses: one pool for the whole machine would have had a stack; the task had died on another CPU.';
COMMENT ON COLUMN cpu_counts.misses_node IS 'Misses: a cache that also keeps stacks of other memory nodes would have had one.';
COMMENT ON COLUMN cpu_counts.misses_rcu_delay IS 'Misses: a cache without delay would have had one; it was on its way through RCU.';
COMMENT ON COLUMN cpu_counts.misses_capacity IS
    'Misses: a cache without bound would have had one; it was dropped, for lack of room or by age.';

CREATE TABLE comm_counts (
    run BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    comm VARCHAR,
    hits BIGINT NOT NULL,
    misses_cold BIGINT NOT NULL,
    misses_placement BIGINT NOT NULL,
    misses_node BIGINT NOT NULL,
    misses_rcu_delay BIGINT NOT NULL,
    misses_capacity BIGINT NOT NULL
);
COMMENT ON TABLE comm_counts IS 'Results by name of the new task at its fork, which is its parent''s.';
COMMENT ON COLUMN comm_counts.run IS 'The run (runs.id).';
COMMENT ON COLUMN comm_counts.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN comm_counts.comm IS 'Name of the task, as recorded: any bytes; NULL where unknown.';
COMMENT ON COLUMN comm_counts.hits IS 'Its forks that were served from a cache.';
COMMENT ON COLUMN comm_counts.misses_cold IS 'Misses: no task had died whose stack was not taken already.';
COMMENT ON COLUMN comm_counts.misses_placement IS
    'Misses: one pool for the whole machine would have had a stack; the task had died on another CPU.';
COMMENT ON COLUMN comm_counts.misses_node IS 'Misses: a cache that also keeps stacks of other memory nodes would have had one.';
COMMENT ON COLUMN comm_counts.misses_rcu_delay IS 'Misses: a cache without delay would have had one; it was on its way through RCU.';
COMMENT ON COLUMN comm_counts.misses_capacity IS
    'Misses: a cache without bound would have had one; it was dropped, for lack of room or by age.';

CREATE TABLE release_cost_buckets (
    run BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    low_ns BIGINT NOT NULL,
    high_ns BIGINT NOT NULL,
    releases BIGINT NOT NULL
);
COMMENT ON TABLE release_cost_buckets IS 'What giving stacks back cost, as a histogram like latency_buckets.';
COMMENT ON COLUMN release_cost_buckets.run IS 'The run (runs.id).';
COMMENT ON COLUMN release_cost_buckets.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN release_cost_buckets.low_ns IS 'Least cost in the bucket, ns.';
COMMENT ON COLUMN release_cost_buckets.high_ns IS 'Greatest cost in the bucket, ns.';
COMMENT ON COLUMN release_cost_buckets.releases IS 'Steps that cost so much.';

CREATE TABLE reuse_buckets (
    run BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    low_ns BIGINT NOT NULL,
    high_ns BIGINT NOT NULL,
    reuses BIGINT NOT NULL
);
COMMENT ON TABLE reuse_buckets IS 'Time between a stack''s put into a cache and its reuse, as a histogram like latency_buckets.';
COMMENT ON COLUMN reuse_buckets.run IS 'The run (runs.id).';
COMMENT ON COLUMN reuse_buckets.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN reuse_buckets.low_ns IS 'Shortest time in the bucket, ns.';
COMMENT ON COLUMN reuse_buckets.high_ns IS 'Longest time in the bucket, ns.';
COMMENT ON COLUMN reuse_buckets.reuses IS 'Reuses after so long.';

CREATE TABLE curves (
    run BIGINT NOT NULL,
    curve INTEGER NOT NULL,
    policy VARCHAR NOT NULL,
    policy_version INTEGER,
    parameters_else VARCHAR NOT NULL,
    cost_model VARCHAR NOT NULL,
    seed UBIGINT NOT NULL,
    method VARCHAR NOT NULL,
    allocations BIGINT NOT NULL,
    knee_capacity BIGINT
);
COMMENT ON TABLE curves IS 'Hits against capacity: one row a policy whose capacity was swept.';
COMMENT ON COLUMN curves.run IS 'The run (runs.id).';
COMMENT ON COLUMN curves.curve IS 'Number of the curve in its run, from 1.';
COMMENT ON COLUMN curves.policy IS 'Name of the policy.';
COMMENT ON COLUMN curves.policy_version IS 'Version of what the policy does.';
COMMENT ON COLUMN curves.parameters_else IS 'Parameters other than capacity, as param=value,...; empty if there are none.';
COMMENT ON COLUMN curves.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN curves.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN curves.method IS 'one_pass: all capacities in one pass, exactly; replayed: one replay a capacity.';
COMMENT ON COLUMN curves.allocations IS 'Stacks that forks needed, the same at every capacity.';
COMMENT ON COLUMN curves.knee_capacity IS
    'Capacity at which the curve bends: highest above the line from first to last point; NULL where nothing bends.';

CREATE TABLE curve_points (
    run BIGINT NOT NULL,
    curve INTEGER NOT NULL,
    capacity BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    cached_mean_bytes DOUBLE NOT NULL,
    cached_peak_bytes BIGINT NOT NULL,
    cost_mean_ns DOUBLE
);
COMMENT ON TABLE curve_points IS 'The points of curves.';
COMMENT ON COLUMN curve_points.run IS 'The run (runs.id).';
COMMENT ON COLUMN curve_points.curve IS 'The curve (curves.curve) of that run.';
COMMENT ON COLUMN curve_points.capacity IS 'Stacks that each CPU may keep.';
COMMENT ON COLUMN curve_points.hits IS 'Forks that found one.';
COMMENT ON COLUMN curve_points.cached_mean_bytes IS 'Stacks in caches: average over time, bytes.';
COMMENT ON COLUMN curve_points.cached_peak_bytes IS 'Stacks in caches: most at any time, bytes.';
COMMENT ON COLUMN curve_points.cost_mean_ns IS 'What a fork paid for its stack: mean, ns; NULL without allocations.';

CREATE TABLE agreements (
    run BIGINT NOT NULL,
    evidence VARCHAR NOT NULL,
    machine VARCHAR NOT NULL,
    recordings INTEGER NOT NULL,
    forks BIGINT NOT NULL,
    low_share DOUBLE NOT NULL,
    high_share DOUBLE NOT NULL
);
COMMENT ON TABLE agreements IS
    'How well replays of recordings with as much evidence predicted the kernel''s hits and misses (docs/fidelity.md).';
COMMENT ON COLUMN agreements.run IS 'The run (runs.id).';
COMMENT ON COLUMN agreements.evidence IS 'Evidence level that the recording has.';
COMMENT ON COLUMN agreements.machine IS 'native, or emulated: a virtual machine without hardware help.';
COMMENT ON COLUMN agreements.recordings IS 'Recordings that were judged.';
COMMENT ON COLUMN agreements.forks IS 'Their forks.';
COMMENT ON COLUMN agreements.low_share IS 'Share of forks on which replay and kernel agreed, in the recording that agreed least, 0 to 1.';
COMMENT ON COLUMN agreements.high_share IS 'In the recording that agreed most, 0 to 1.';

CREATE TABLE lifetime_buckets (
    run BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    low_ns BIGINT NOT NULL,
    high_ns BIGINT NOT NULL,
    tasks BIGINT NOT NULL
);
COMMENT ON TABLE lifetime_buckets IS
    'How long stacks were in use, of tasks whose fork and death the recording both shows: a histogram like latency_buckets.';
COMMENT ON COLUMN lifetime_buckets.run IS 'The run (runs.id).';
COMMENT ON COLUMN lifetime_buckets.kind IS 'thread, vfork or process, by clone flags; other where they say neither or are unknown.';
COMMENT ON COLUMN lifetime_buckets.low_ns IS 'Shortest life in the bucket, ns.';
COMMENT ON COLUMN lifetime_buckets.high_ns IS 'Longest life in the bucket, ns.';
COMMENT ON COLUMN lifetime_buckets.tasks IS 'Tasks that lived so long.';

CREATE TABLE rcu_delay_buckets (
    run BIGINT NOT NULL,
    operation VARCHAR NOT NULL,
    evidence VARCHAR NOT NULL,
    low_ns BIGINT NOT NULL,
    high_ns BIGINT NOT NULL,
    callbacks BIGINT NOT NULL
);
COMMENT ON TABLE rcu_delay_buckets IS 'Time from a task''s final switch to its RCU callbacks, as a histogram like latency_buckets.';
COMMENT ON COLUMN rcu_delay_buckets.run IS 'The run (runs.id).';
COMMENT ON COLUMN rcu_delay_buckets.operation IS
    'stack_callback: a callback queued at the final switch; task_free: of the task_struct, queued then or when the zombie was '
    'reaped.';
COMMENT ON COLUMN rcu_delay_buckets.evidence IS 'How the callback''s time is known: observed, inferred, modelled.';
COMMENT ON COLUMN rcu_delay_buckets.low_ns IS 'Shortest delay in the bucket, ns.';
COMMENT ON COLUMN rcu_delay_buckets.high_ns IS 'Longest delay in the bucket, ns.';
COMMENT ON COLUMN rcu_delay_buckets.callbacks IS 'Callbacks that ran so much later.';

CREATE TABLE cpu_pairs (
    run BIGINT NOT NULL,
    fork_cpu INTEGER NOT NULL,
    death_cpu INTEGER NOT NULL,
    tasks BIGINT NOT NULL
);
COMMENT ON TABLE cpu_pairs IS
    'Tasks by the CPU on which their stack was taken and the CPU of their final switch; pairs without tasks are left out.';
COMMENT ON COLUMN cpu_pairs.run IS 'The run (runs.id).';
COMMENT ON COLUMN cpu_pairs.fork_cpu IS 'CPU that took the stack.';
COMMENT ON COLUMN cpu_pairs.death_cpu IS 'CPU that gave it back.';
COMMENT ON COLUMN cpu_pairs.tasks IS 'Tasks.';

CREATE TABLE grace_period_bounds (
    run BIGINT NOT NULL,
    start_ns BIGINT NOT NULL,
    end_ns BIGINT NOT NULL,
    last_ns BIGINT NOT NULL,
    callbacks BIGINT NOT NULL,
    evidence VARCHAR NOT NULL
);
COMMENT ON TABLE grace_period_bounds IS 'RCU grace periods that let task_structs go: each began and ended within its bounds.';
COMMENT ON COLUMN grace_period_bounds.run IS 'The run (runs.id).';
COMMENT ON COLUMN grace_period_bounds.start_ns IS
    'It began no earlier: the last final switch among the tasks that it let go, ns from the recording''s first event.';
COMMENT ON COLUMN grace_period_bounds.end_ns IS
    'It ended no later: the first callback that it let run, ns from the recording''s first event.';
COMMENT ON COLUMN grace_period_bounds.last_ns IS 'The last callback of the batch, ns from the recording''s first event.';
COMMENT ON COLUMN grace_period_bounds.callbacks IS 'Callbacks of task_structs in the batch; batches are a millisecond or more apart.';
COMMENT ON COLUMN grace_period_bounds.evidence IS 'How the callbacks are known: observed, inferred, modelled; the weakest of them.';

CREATE TABLE trace_series (
    run BIGINT NOT NULL,
    start_ns BIGINT NOT NULL,
    window_ns BIGINT NOT NULL,
    forks BIGINT NOT NULL,
    deaths BIGINT NOT NULL,
    callbacks BIGINT NOT NULL
);
COMMENT ON TABLE trace_series IS 'What happened over time, whatever the policy, in windows.';
COMMENT ON COLUMN trace_series.run IS 'The run (runs.id).';
COMMENT ON COLUMN trace_series.start_ns IS 'Start of the window, ns from the recording''s first event.';
COMMENT ON COLUMN trace_series.window_ns IS 'Length of the window, ns.';
COMMENT ON COLUMN trace_series.forks IS 'Stacks taken in the window, failed forks included.';
COMMENT ON COLUMN trace_series.deaths IS 'Final switches in the window, failed forks included.';
COMMENT ON COLUMN trace_series.callbacks IS 'RCU callbacks of task_structs in the window.';
-- Capacities that older runs replayed one by one are curves too.
INSERT INTO curves (run, curve, policy, parameters_else, cost_model, seed, method, allocations)
SELECT
    run,
    row_number() OVER (PARTITION BY run ORDER BY policy, parameters_else, cost_model, seed),
    policy,
    parameters_else,
    cost_model,
    seed,
    'replayed',
    max(allocations)
FROM (
    SELECT results.run, results.allocations, cells.policy, cells.cost_model, cells.seed,
        trim(regexp_replace(cells.parameters, '(^|,)capacity=[0-9]+', ''), ',') AS parameters_else
    FROM results
    JOIN cells ON cells.cell = results.cell
    WHERE cells.parameter_values['capacity'] IS NOT NULL AND results.unmet IS NULL
) AS swept
GROUP BY run, policy, parameters_else, cost_model, seed
HAVING count(*) > 1;
INSERT INTO curve_points (run, curve, capacity, hits, cached_mean_bytes, cached_peak_bytes, cost_mean_ns)
SELECT
    results.run, curves.curve, cells.parameter_values['capacity'], results.hits, results.cached_mean_bytes, results.cached_peak_bytes,
    results.cost_mean_ns
FROM curves
JOIN results ON results.run = curves.run
JOIN cells ON cells.cell = results.cell AND cells.policy = curves.policy AND cells.cost_model = curves.cost_model
    AND cells.seed = curves.seed
    AND trim(regexp_replace(cells.parameters, '(^|,)capacity=[0-9]+', ''), ',') = curves.parameters_else
WHERE cells.parameter_values['capacity'] IS NOT NULL AND results.unmet IS NULL;
