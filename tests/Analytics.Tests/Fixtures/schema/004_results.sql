-- Views of results, with the columns that 003 added. All but history show each cell once, as its latest run found it.

DROP VIEW IF EXISTS summary;
DROP VIEW IF EXISTS history;

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
    traces.sha256 AS trace_sha256,
    traces.kernel,
    cells.policy,
    results.policy_version,
    results.engine_version,
    cells.parameters,
    cells.parameter_values['capacity'] AS capacity,
    cells.cost_model,
    cells.seed,
    results.warmup_ns,
    results.starts_full,
    results.rcu_model,
    results.pins,
    results.topology,
    results.vfree_delay_ns,
    results.grade,
    results.events_lost,
    results.unmet,
    results.allocations,
    results.failed_forks,
    results.hits,
    results.misses,
    results.hit_rate,
    results.cached_at_release,
    results.cached_by_callback,
    results.queued_for_rcu,
    results.freed,
    results.cost_mean_ns,
    results.cost_min_ns,
    results.cost_p50_ns,
    results.cost_p90_ns,
    results.cost_p99_ns,
    results.cost_p999_ns,
    results.cost_max_ns,
    results.difference_to_pages_ns,
    results.live_peak_bytes,
    results.live_mean_bytes,
    results.live_end_bytes,
    results.cached_peak_bytes,
    results.cached_mean_bytes,
    results.cached_end_bytes,
    results.waiting_peak_bytes,
    results.waiting_mean_bytes,
    results.waiting_end_bytes,
    results.window_ns,
    results.misses_cold,
    results.misses_placement,
    results.misses_node,
    results.misses_rcu_delay,
    results.misses_capacity,
    results.hits_starting_full,
    results.starting_full_hit_rate,
    results.cost_mean_starting_full_ns,
    results.freed_offline,
    results.release_cost_mean_ns,
    results.release_cost_p50_ns,
    results.release_cost_p90_ns,
    results.release_cost_p99_ns,
    results.release_cost_p999_ns,
    results.release_cost_max_ns,
    results.cpu_seconds_per_million_forks,
    results.stranded_peak_bytes,
    results.stranded_mean_bytes,
    results.stranded_end_bytes,
    results.vfree_peak_bytes,
    results.vfree_mean_bytes,
    results.vfree_end_bytes,
    results.address_space_freed_bytes,
    results.address_space_threshold_bytes,
    results.address_space_purges,
    results.reuses_same_process,
    results.reuses_other_process,
    results.reuses_unknown_process,
    results.reuse_mean_ns,
    results.reuse_p50_ns,
    results.reuse_p90_ns,
    results.reuse_p99_ns,
    results.reuse_p999_ns,
    results.reuse_max_ns,
    results.expected_agreement_low_share,
    results.expected_agreement_high_share
FROM results
JOIN runs ON runs.id = results.run
JOIN cells ON cells.cell = results.cell
JOIN traces ON traces.sha256 = cells.trace_sha256
ORDER BY run, trace, policy, capacity, parameters, cost_model, seed, cell;
COMMENT ON VIEW history IS 'Every result of every run, oldest first.';
COMMENT ON COLUMN history.run IS 'The run (runs.id).';
COMMENT ON COLUMN history.started_at IS 'Wall-clock start, UTC.';
COMMENT ON COLUMN history.version IS 'Version of ForkTrace.';
COMMENT ON COLUMN history.label IS 'What the user called the run (--label); NULL where nothing was given.';
COMMENT ON COLUMN history.git_commit IS
    'Commit that the run belongs to (--commit, a CI server''s, or that checked out in the working folder); NULL where unknown.';
COMMENT ON COLUMN history.command IS 'Arguments as they were typed.';
COMMENT ON COLUMN history.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN history.trace IS 'File name of the recording.';
COMMENT ON COLUMN history.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN history.kernel IS 'Kernel release that was recorded (uname -r); NULL where the recording does not say.';
COMMENT ON COLUMN history.policy IS 'Name of the policy.';
COMMENT ON COLUMN history.policy_version IS 'Version of what the policy does, counted from 1; NULL in rows from before there was one.';
COMMENT ON COLUMN history.engine_version IS
    'Version of what the engine does for every policy, counted from 1; NULL in rows from before there was one.';
COMMENT ON COLUMN history.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN history.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN history.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN history.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN history.warmup_ns IS 'Time from the recording''s start that the figures leave out, ns.';
COMMENT ON COLUMN history.starts_full IS 'Whether the caches are taken to have been full when the recording began; else empty.';
COMMENT ON COLUMN history.rcu_model IS 'Model of RCU grace periods that was asked for; empty for the default.';
COMMENT ON COLUMN history.pins IS 'Share of releases that a pin delays, and for how long; empty without pins.';
COMMENT ON COLUMN history.topology IS 'Memory nodes and last-level caches of the CPUs; empty where neither recording nor plan says.';
COMMENT ON COLUMN history.vfree_delay_ns IS 'How long a workqueue is taken to need for a vfree, ns.';
COMMENT ON COLUMN history.grade IS 'How far the result rests on the recording: A observed, B inferred, C modelled, D events were lost.';
COMMENT ON COLUMN history.events_lost IS 'Events that the recorder dropped.';
COMMENT ON COLUMN history.unmet IS 'Why the recording cannot answer for this policy; NULL if it can.';
COMMENT ON COLUMN history.allocations IS 'Stacks asked for, failed forks included.';
COMMENT ON COLUMN history.failed_forks IS 'Forks that took a stack and failed.';
COMMENT ON COLUMN history.hits IS 'Allocations served from a cache.';
COMMENT ON COLUMN history.misses IS 'Allocations that were not.';
COMMENT ON COLUMN history.hit_rate IS 'Hits over allocations, 0 to 1.';
COMMENT ON COLUMN history.cached_at_release IS 'Stacks put into a cache at the final switch away from their task.';
COMMENT ON COLUMN history.cached_by_callback IS 'Stacks put into a cache by an RCU callback.';
COMMENT ON COLUMN history.queued_for_rcu IS 'Stacks that had to wait for an RCU callback.';
COMMENT ON COLUMN history.freed IS 'Stacks given back to the system.';
COMMENT ON COLUMN history.cost_mean_ns IS 'What a fork paid for its stack: mean, ns; NULL without allocations, like the other costs.';
COMMENT ON COLUMN history.cost_min_ns IS 'Least cost of a stack, ns.';
COMMENT ON COLUMN history.cost_p50_ns IS 'Median cost of a stack, ns, within 0.4 % like the other percentiles.';
COMMENT ON COLUMN history.cost_p90_ns IS '90th percentile of the cost of a stack, ns.';
COMMENT ON COLUMN history.cost_p99_ns IS '99th percentile of the cost of a stack, ns.';
COMMENT ON COLUMN history.cost_p999_ns IS '99.9th percentile of the cost of a stack, ns.';
COMMENT ON COLUMN history.cost_max_ns IS 'Greatest cost of a stack, ns.';
COMMENT ON COLUMN history.difference_to_pages_ns IS 'Mean cost of a stack less that of order-2 pages in the same forks, ns.';
COMMENT ON COLUMN history.live_peak_bytes IS 'Stacks of tasks that are not dead: most at any time, bytes.';
COMMENT ON COLUMN history.live_mean_bytes IS 'Stacks of tasks that are not dead: average over time, bytes.';
COMMENT ON COLUMN history.live_end_bytes IS 'Stacks of tasks that are not dead: at the recording''s end, bytes.';
COMMENT ON COLUMN history.cached_peak_bytes IS 'Stacks in caches: most at any time, bytes.';
COMMENT ON COLUMN history.cached_mean_bytes IS 'Stacks in caches: average over time, bytes.';
COMMENT ON COLUMN history.cached_end_bytes IS 'Stacks in caches: at the recording''s end, bytes.';
COMMENT ON COLUMN history.waiting_peak_bytes IS 'Stacks of dead tasks that wait for RCU: most at any time, bytes.';
COMMENT ON COLUMN history.waiting_mean_bytes IS 'Stacks of dead tasks that wait for RCU: average over time, bytes.';
COMMENT ON COLUMN history.waiting_end_bytes IS 'Stacks of dead tasks that wait for RCU: at the recording''s end, bytes.';
COMMENT ON COLUMN history.window_ns IS 'Length of the time series'' windows, ns.';
COMMENT ON COLUMN history.misses_cold IS 'Misses: no task had died whose stack was not taken already.';
COMMENT ON COLUMN history.misses_placement IS
    'Misses: one pool for the whole machine would have had a stack; the task had died on another CPU.';
COMMENT ON COLUMN history.misses_node IS 'Misses: a cache that also keeps stacks of other memory nodes would have had one.';
COMMENT ON COLUMN history.misses_rcu_delay IS 'Misses: a cache without delay would have had one; it was on its way through RCU.';
COMMENT ON COLUMN history.misses_capacity IS
    'Misses: a cache without bound would have had one; it was dropped, for lack of room or by age.';
COMMENT ON COLUMN history.hits_starting_full IS
    'Hits if the caches had been full when the recording began; hits has them empty, the truth is between. NULL where that was '
    'not asked, or the policy does not say what full is.';
COMMENT ON COLUMN history.starting_full_hit_rate IS 'hits_starting_full over allocations, 0 to 1; NULL without either.';
COMMENT ON COLUMN history.cost_mean_starting_full_ns IS
    'Mean cost of a stack if the caches had been full when the recording began, ns; NULL as for the hits.';
COMMENT ON COLUMN history.freed_offline IS 'Cached stacks given back because their CPU went offline; part of freed.';
COMMENT ON COLUMN history.release_cost_mean_ns IS
    'What giving stacks back cost, step by step: mean, ns; NULL where the cost model does not price it, like the other release '
    'costs.';
COMMENT ON COLUMN history.release_cost_p50_ns IS 'Median of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN history.release_cost_p90_ns IS '90th percentile of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN history.release_cost_p99_ns IS '99th percentile of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN history.release_cost_p999_ns IS '99.9th percentile of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN history.release_cost_max_ns IS 'Greatest cost of giving a stack back, ns.';
COMMENT ON COLUMN history.cpu_seconds_per_million_forks IS
    'CPU time for a million stacks taken and given back, s; as far as the cost model prices it.';
COMMENT ON COLUMN history.stranded_peak_bytes IS
    'Stacks cached on CPUs that do not fork again: most at any time, bytes; NULL where stacks move between caches.';
COMMENT ON COLUMN history.stranded_mean_bytes IS 'Stacks cached on CPUs that do not fork again: average over time, bytes.';
COMMENT ON COLUMN history.stranded_end_bytes IS 'Stacks cached on CPUs that do not fork again: at the recording''s end, bytes.';
COMMENT ON COLUMN history.vfree_peak_bytes IS
    'Stacks handed to a workqueue that vfrees them (a modelled delay): most at any time, bytes; NULL where nothing is vfree''d '
    'later.';
COMMENT ON COLUMN history.vfree_mean_bytes IS 'Stacks handed to a workqueue that vfrees them (a modelled delay): average over time, bytes.';
COMMENT ON COLUMN history.vfree_end_bytes IS
    'Stacks handed to a workqueue that vfrees them (a modelled delay): at the recording''s end, bytes.';
COMMENT ON COLUMN history.address_space_freed_bytes IS
    'Address space of vfree''d stacks, guard pages included, bytes; NULL where stacks are not vmalloc''ed, like the next two.';
COMMENT ON COLUMN history.address_space_threshold_bytes IS 'Address space that gathers before the kernel purges it, bytes.';
COMMENT ON COLUMN history.address_space_purges IS 'Purges, each a TLB flush of the whole machine, that stacks alone bring about.';
COMMENT ON COLUMN history.reuses_same_process IS
    'Reuses of a cached stack by a task of its last owner''s process; NULL where reuse was not followed, like the other figures '
    'of reuse.';
COMMENT ON COLUMN history.reuses_other_process IS 'Reuses by a task of another process.';
COMMENT ON COLUMN history.reuses_unknown_process IS 'Reuses where the recording does not tell the process of one of the two.';
COMMENT ON COLUMN history.reuse_mean_ns IS 'Time between a stack''s put into a cache and its reuse: mean, ns.';
COMMENT ON COLUMN history.reuse_p50_ns IS 'Median of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN history.reuse_p90_ns IS '90th percentile of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN history.reuse_p99_ns IS '99th percentile of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN history.reuse_p999_ns IS '99.9th percentile of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN history.reuse_max_ns IS 'Longest time between put and reuse, ns.';
COMMENT ON COLUMN history.expected_agreement_low_share IS
    'Least share of forks on which replay and kernel agreed, over the recordings with as much evidence (docs/fidelity.md), 0 to '
    '1; NULL where none was measured, or events were lost.';
COMMENT ON COLUMN history.expected_agreement_high_share IS 'Greatest such share, 0 to 1; NULL where none was measured.';

CREATE VIEW summary AS
SELECT
    run,
    cell,
    trace,
    trace_sha256,
    kernel,
    policy,
    policy_version,
    engine_version,
    parameters,
    capacity,
    cost_model,
    seed,
    warmup_ns,
    starts_full,
    rcu_model,
    pins,
    topology,
    vfree_delay_ns,
    grade,
    events_lost,
    unmet,
    allocations,
    failed_forks,
    hits,
    misses,
    hit_rate,
    cached_at_release,
    cached_by_callback,
    queued_for_rcu,
    freed,
    cost_mean_ns,
    cost_min_ns,
    cost_p50_ns,
    cost_p90_ns,
    cost_p99_ns,
    cost_p999_ns,
    cost_max_ns,
    difference_to_pages_ns,
    live_peak_bytes,
    live_mean_bytes,
    live_end_bytes,
    cached_peak_bytes,
    cached_mean_bytes,
    cached_end_bytes,
    waiting_peak_bytes,
    waiting_mean_bytes,
    waiting_end_bytes,
    window_ns,
    misses_cold,
    misses_placement,
    misses_node,
    misses_rcu_delay,
    misses_capacity,
    hits_starting_full,
    starting_full_hit_rate,
    cost_mean_starting_full_ns,
    freed_offline,
    release_cost_mean_ns,
    release_cost_p50_ns,
    release_cost_p90_ns,
    release_cost_p99_ns,
    release_cost_p999_ns,
    release_cost_max_ns,
    cpu_seconds_per_million_forks,
    stranded_peak_bytes,
    stranded_mean_bytes,
    stranded_end_bytes,
    vfree_peak_bytes,
    vfree_mean_bytes,
    vfree_end_bytes,
    address_space_freed_bytes,
    address_space_threshold_bytes,
    address_space_purges,
    reuses_same_process,
    reuses_other_process,
    reuses_unknown_process,
    reuse_mean_ns,
    reuse_p50_ns,
    reuse_p90_ns,
    reuse_p99_ns,
    reuse_p999_ns,
    reuse_max_ns,
    expected_agreement_low_share,
    expected_agreement_high_share
FROM history
QUALIFY run = max(run) OVER (PARTITION BY cell)
ORDER BY trace, policy, capacity, parameters, cost_model, seed, cell;
COMMENT ON VIEW summary IS 'The latest result of each cell: one row for each recording, policy, parameters, cost model and seed.';
COMMENT ON COLUMN summary.run IS 'The run (runs.id).';
COMMENT ON COLUMN summary.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN summary.trace IS 'File name of the recording.';
COMMENT ON COLUMN summary.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN summary.kernel IS 'Kernel release that was recorded (uname -r); NULL where the recording does not say.';
COMMENT ON COLUMN summary.policy IS 'Name of the policy.';
COMMENT ON COLUMN summary.policy_version IS 'Version of what the policy does, counted from 1; NULL in rows from before there was one.';
COMMENT ON COLUMN summary.engine_version IS
    'Version of what the engine does for every policy, counted from 1; NULL in rows from before there was one.';
COMMENT ON COLUMN summary.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN summary.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN summary.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN summary.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN summary.warmup_ns IS 'Time from the recording''s start that the figures leave out, ns.';
COMMENT ON COLUMN summary.starts_full IS 'Whether the caches are taken to have been full when the recording began; else empty.';
COMMENT ON COLUMN summary.rcu_model IS 'Model of RCU grace periods that was asked for; empty for the default.';
COMMENT ON COLUMN summary.pins IS 'Share of releases that a pin delays, and for how long; empty without pins.';
COMMENT ON COLUMN summary.topology IS 'Memory nodes and last-level caches of the CPUs; empty where neither recording nor plan says.';
COMMENT ON COLUMN summary.vfree_delay_ns IS 'How long a workqueue is taken to need for a vfree, ns.';
COMMENT ON COLUMN summary.grade IS 'How far the result rests on the recording: A observed, B inferred, C modelled, D events were lost.';
COMMENT ON COLUMN summary.events_lost IS 'Events that the recorder dropped.';
COMMENT ON COLUMN summary.unmet IS 'Why the recording cannot answer for this policy; NULL if it can.';
COMMENT ON COLUMN summary.allocations IS 'Stacks asked for, failed forks included.';
COMMENT ON COLUMN summary.failed_forks IS 'Forks that took a stack and failed.';
COMMENT ON COLUMN summary.hits IS 'Allocations served from a cache.';
COMMENT ON COLUMN summary.misses IS 'Allocations that were not.';
COMMENT ON COLUMN summary.hit_rate IS 'Hits over allocations, 0 to 1.';
COMMENT ON COLUMN summary.cached_at_release IS 'Stacks put into a cache at the final switch away from their task.';
COMMENT ON COLUMN summary.cached_by_callback IS 'Stacks put into a cache by an RCU callback.';
COMMENT ON COLUMN summary.queued_for_rcu IS 'Stacks that had to wait for an RCU callback.';
COMMENT ON COLUMN summary.freed IS 'Stacks given back to the system.';
COMMENT ON COLUMN summary.cost_mean_ns IS 'What a fork paid for its stack: mean, ns; NULL without allocations, like the other costs.';
COMMENT ON COLUMN summary.cost_min_ns IS 'Least cost of a stack, ns.';
COMMENT ON COLUMN summary.cost_p50_ns IS 'Median cost of a stack, ns, within 0.4 % like the other percentiles.';
COMMENT ON COLUMN summary.cost_p90_ns IS '90th percentile of the cost of a stack, ns.';
COMMENT ON COLUMN summary.cost_p99_ns IS '99th percentile of the cost of a stack, ns.';
COMMENT ON COLUMN summary.cost_p999_ns IS '99.9th percentile of the cost of a stack, ns.';
COMMENT ON COLUMN summary.cost_max_ns IS 'Greatest cost of a stack, ns.';
COMMENT ON COLUMN summary.difference_to_pages_ns IS 'Mean cost of a stack less that of order-2 pages in the same forks, ns.';
COMMENT ON COLUMN summary.live_peak_bytes IS 'Stacks of tasks that are not dead: most at any time, bytes.';
COMMENT ON COLUMN summary.live_mean_bytes IS 'Stacks of tasks that are not dead: average over time, bytes.';
COMMENT ON COLUMN summary.live_end_bytes IS 'Stacks of tasks that are not dead: at the recording''s end, bytes.';
COMMENT ON COLUMN summary.cached_peak_bytes IS 'Stacks in caches: most at any time, bytes.';
COMMENT ON COLUMN summary.cached_mean_bytes IS 'Stacks in caches: average over time, bytes.';
COMMENT ON COLUMN summary.cached_end_bytes IS 'Stacks in caches: at the recording''s end, bytes.';
COMMENT ON COLUMN summary.waiting_peak_bytes IS 'Stacks of dead tasks that wait for RCU: most at any time, bytes.';
COMMENT ON COLUMN summary.waiting_mean_bytes IS 'Stacks of dead tasks that wait for RCU: average over time, bytes.';
COMMENT ON COLUMN summary.waiting_end_bytes IS 'Stacks of dead tasks that wait for RCU: at the recording''s end, bytes.';
COMMENT ON COLUMN summary.window_ns IS 'Length of the time series'' windows, ns.';
COMMENT ON COLUMN summary.misses_cold IS 'Misses: no task had died whose stack was not taken already.';
COMMENT ON COLUMN summary.misses_placement IS
    'Misses: one pool for the whole machine would have had a stack; the task had died on another CPU.';
COMMENT ON COLUMN summary.misses_node IS 'Misses: a cache that also keeps stacks of other memory nodes would have had one.';
COMMENT ON COLUMN summary.misses_rcu_delay IS 'Misses: a cache without delay would have had one; it was on its way through RCU.';
COMMENT ON COLUMN summary.misses_capacity IS
    'Misses: a cache without bound would have had one; it was dropped, for lack of room or by age.';
COMMENT ON COLUMN summary.hits_starting_full IS
    'Hits if the caches had been full when the recording began; hits has them empty, the truth is between. NULL where that was '
    'not asked, or the policy does not say what full is.';
COMMENT ON COLUMN summary.starting_full_hit_rate IS 'hits_starting_full over allocations, 0 to 1; NULL without either.';
COMMENT ON COLUMN summary.cost_mean_starting_full_ns IS
    'Mean cost of a stack if the caches had been full when the recording began, ns; NULL as for the hits.';
COMMENT ON COLUMN summary.freed_offline IS 'Cached stacks given back because their CPU went offline; part of freed.';
COMMENT ON COLUMN summary.release_cost_mean_ns IS
    'What giving stacks back cost, step by step: mean, ns; NULL where the cost model does not price it, like the other release '
    'costs.';
COMMENT ON COLUMN summary.release_cost_p50_ns IS 'Median of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN summary.release_cost_p90_ns IS '90th percentile of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN summary.release_cost_p99_ns IS '99th percentile of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN summary.release_cost_p999_ns IS '99.9th percentile of what giving stacks back cost, ns, within 0.4 %.';
COMMENT ON COLUMN summary.release_cost_max_ns IS 'Greatest cost of giving a stack back, ns.';
COMMENT ON COLUMN summary.cpu_seconds_per_million_forks IS
    'CPU time for a million stacks taken and given back, s; as far as the cost model prices it.';
COMMENT ON COLUMN summary.stranded_peak_bytes IS
    'Stacks cached on CPUs that do not fork again: most at any time, bytes; NULL where stacks move between caches.';
COMMENT ON COLUMN summary.stranded_mean_bytes IS 'Stacks cached on CPUs that do not fork again: average over time, bytes.';
COMMENT ON COLUMN summary.stranded_end_bytes IS 'Stacks cached on CPUs that do not fork again: at the recording''s end, bytes.';
COMMENT ON COLUMN summary.vfree_peak_bytes IS
    'Stacks handed to a workqueue that vfrees them (a modelled delay): most at any time, bytes; NULL where nothing is vfree''d '
    'later.';
COMMENT ON COLUMN summary.vfree_mean_bytes IS 'Stacks handed to a workqueue that vfrees them (a modelled delay): average over time, bytes.';
COMMENT ON COLUMN summary.vfree_end_bytes IS
    'Stacks handed to a workqueue that vfrees them (a modelled delay): at the recording''s end, bytes.';
COMMENT ON COLUMN summary.address_space_freed_bytes IS
    'Address space of vfree''d stacks, guard pages included, bytes; NULL where stacks are not vmalloc''ed, like the next two.';
COMMENT ON COLUMN summary.address_space_threshold_bytes IS 'Address space that gathers before the kernel purges it, bytes.';
COMMENT ON COLUMN summary.address_space_purges IS 'Purges, each a TLB flush of the whole machine, that stacks alone bring about.';
COMMENT ON COLUMN summary.reuses_same_process IS
    'Reuses of a cached stack by a task of its last owner''s process; NULL where reuse was not followed, like the other figures '
    'of reuse.';
COMMENT ON COLUMN summary.reuses_other_process IS 'Reuses by a task of another process.';
COMMENT ON COLUMN summary.reuses_unknown_process IS 'Reuses where the recording does not tell the process of one of the two.';
COMMENT ON COLUMN summary.reuse_mean_ns IS 'Time between a stack''s put into a cache and its reuse: mean, ns.';
COMMENT ON COLUMN summary.reuse_p50_ns IS 'Median of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN summary.reuse_p90_ns IS '90th percentile of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN summary.reuse_p99_ns IS '99th percentile of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN summary.reuse_p999_ns IS '99.9th percentile of the time between put and reuse, ns, within 0.4 %.';
COMMENT ON COLUMN summary.reuse_max_ns IS 'Longest time between put and reuse, ns.';
COMMENT ON COLUMN summary.expected_agreement_low_share IS
    'Least share of forks on which replay and kernel agreed, over the recordings with as much evidence (docs/fidelity.md), 0 to '
    '1; NULL where none was measured, or events were lost.';
COMMENT ON COLUMN summary.expected_agreement_high_share IS 'Greatest such share, 0 to 1; NULL where none was measured.';
