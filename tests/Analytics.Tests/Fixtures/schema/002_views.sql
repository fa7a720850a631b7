-- Views that people ask. All but history show each cell once, as its latest run found it.

CREATE VIEW history AS
SELECT
    results.run,
    runs.started_at,
    runs.version,
    runs.command,
    results.cell,
    traces.name AS trace,
    traces.sha256 AS trace_sha256,
    traces.kernel,
    cells.policy,
    cells.parameters,
    cells.parameter_values['capacity'] AS capacity,
    cells.cost_model,
    cells.seed,
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
    results.window_ns
FROM results
JOIN runs ON runs.id = results.run
JOIN cells ON cells.cell = results.cell
JOIN traces ON traces.sha256 = cells.trace_sha256
ORDER BY run, trace, policy, capacity, parameters, cost_model, seed, cell;
COMMENT ON VIEW history IS 'Every result of every run, oldest first.';
COMMENT ON COLUMN history.run IS 'The run (runs.id).';
COMMENT ON COLUMN history.started_at IS 'Wall-clock start, UTC.';
COMMENT ON COLUMN history.version IS 'Version of ForkTrace.';
COMMENT ON COLUMN history.command IS 'Arguments as they were typed.';
COMMENT ON COLUMN history.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN history.trace IS 'File name of the recording.';
COMMENT ON COLUMN history.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN history.kernel IS 'Kernel release that was recorded (uname -r); NULL where the recording does not say.';
COMMENT ON COLUMN history.policy IS 'Name of the policy.';
COMMENT ON COLUMN history.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN history.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN history.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN history.seed IS 'Seed of the cost draws and of the grace-period model.';
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

CREATE VIEW summary AS
SELECT
    run,
    cell,
    trace,
    trace_sha256,
    kernel,
    policy,
    parameters,
    capacity,
    cost_model,
    seed,
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
    window_ns
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
COMMENT ON COLUMN summary.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN summary.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN summary.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN summary.seed IS 'Seed of the cost draws and of the grace-period model.';
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

CREATE VIEW fidelity AS
SELECT
    summary.run,
    summary.cell,
    summary.trace,
    summary.policy,
    summary.parameters,
    summary.capacity,
    summary.cost_model,
    summary.seed,
    summary.grade,
    evidence.operation,
    evidence.observed,
    evidence.inferred,
    evidence.modelled,
    evidence.observed / nullif(evidence.observed + evidence.inferred + evidence.modelled, 0) AS observed_share
FROM summary
JOIN evidence ON evidence.run = summary.run AND evidence.cell = summary.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, operation;
COMMENT ON VIEW fidelity IS 'How far the latest result of each cell rests on the recording, by operation.';
COMMENT ON COLUMN fidelity.run IS 'The run (runs.id).';
COMMENT ON COLUMN fidelity.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN fidelity.trace IS 'File name of the recording.';
COMMENT ON COLUMN fidelity.policy IS 'Name of the policy.';
COMMENT ON COLUMN fidelity.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN fidelity.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN fidelity.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN fidelity.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN fidelity.grade IS 'How far the result rests on the recording: A observed, B inferred, C modelled, D events were lost.';
COMMENT ON COLUMN fidelity.operation IS 'allocate, release, stack_callback or task_free.';
COMMENT ON COLUMN fidelity.observed IS 'Operations that an event of their own shows.';
COMMENT ON COLUMN fidelity.inferred IS 'Operations placed by a neighbouring event.';
COMMENT ON COLUMN fidelity.modelled IS 'Operations placed by a model.';
COMMENT ON COLUMN fidelity.observed_share IS 'Observed operations over all, 0 to 1; NULL if there are none.';

CREATE VIEW latency AS
SELECT
    summary.run,
    summary.cell,
    summary.trace,
    summary.policy,
    summary.parameters,
    summary.capacity,
    summary.cost_model,
    summary.seed,
    latency_buckets.low_ns,
    latency_buckets.high_ns,
    latency_buckets.allocations,
    sum(latency_buckets.allocations) OVER (PARTITION BY summary.cell ORDER BY low_ns) / summary.allocations AS share_at_most
FROM summary
JOIN latency_buckets ON latency_buckets.run = summary.run AND latency_buckets.cell = summary.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, low_ns;
COMMENT ON VIEW latency IS 'What forks paid for their stacks, in the latest run of each cell: histogram and running share.';
COMMENT ON COLUMN latency.run IS 'The run (runs.id).';
COMMENT ON COLUMN latency.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN latency.trace IS 'File name of the recording.';
COMMENT ON COLUMN latency.policy IS 'Name of the policy.';
COMMENT ON COLUMN latency.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN latency.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN latency.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN latency.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN latency.low_ns IS 'Least cost in the bucket, ns.';
COMMENT ON COLUMN latency.high_ns IS 'Greatest cost in the bucket, ns.';
COMMENT ON COLUMN latency.allocations IS 'Allocations that cost so much.';
COMMENT ON COLUMN latency.share_at_most IS 'Share of allocations that cost high_ns or less, 0 to 1.';

CREATE VIEW timeline AS
SELECT
    summary.run,
    summary.cell,
    summary.trace,
    summary.policy,
    summary.parameters,
    summary.capacity,
    summary.cost_model,
    summary.seed,
    series.start_ns,
    summary.window_ns,
    series.allocations,
    series.hits,
    series.hits / nullif(series.allocations, 0) AS hit_rate,
    series.live_stacks,
    series.cached_stacks,
    series.waiting_stacks
FROM summary
JOIN series ON series.run = summary.run AND series.cell = summary.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, start_ns;
COMMENT ON VIEW timeline IS 'The latest result of each cell over time.';
COMMENT ON COLUMN timeline.run IS 'The run (runs.id).';
COMMENT ON COLUMN timeline.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN timeline.trace IS 'File name of the recording.';
COMMENT ON COLUMN timeline.policy IS 'Name of the policy.';
COMMENT ON COLUMN timeline.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN timeline.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN timeline.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN timeline.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN timeline.start_ns IS 'Start of the window, ns from the recording''s first event.';
COMMENT ON COLUMN timeline.window_ns IS 'Length of the window, ns.';
COMMENT ON COLUMN timeline.allocations IS 'Stacks asked for in the window.';
COMMENT ON COLUMN timeline.hits IS 'Of these, served from a cache.';
COMMENT ON COLUMN timeline.hit_rate IS 'Hits over allocations in the window, 0 to 1; NULL without allocations.';
COMMENT ON COLUMN timeline.live_stacks IS 'Stacks of tasks that are not dead, at the window''s end.';
COMMENT ON COLUMN timeline.cached_stacks IS 'Stacks in caches, at the window''s end.';
COMMENT ON COLUMN timeline.waiting_stacks IS 'Stacks of dead tasks that wait for RCU, at the window''s end.';

CREATE VIEW issues AS
SELECT
    latest.run,
    traces.name AS trace,
    traces.sha256 AS trace_sha256,
    import_issues.severity,
    import_issues.code,
    import_issues.message,
    import_issues.occurrences
FROM (SELECT trace_sha256, max(id) AS run FROM runs GROUP BY trace_sha256) AS latest
JOIN traces ON traces.sha256 = latest.trace_sha256
JOIN import_issues ON import_issues.run = latest.run
ORDER BY trace, trace_sha256, severity, code, message;
COMMENT ON VIEW issues IS 'What the reader had to say about each recording, in the latest run over it.';
COMMENT ON COLUMN issues.run IS 'The run (runs.id).';
COMMENT ON COLUMN issues.trace IS 'File name of the recording.';
COMMENT ON COLUMN issues.trace_sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN issues.severity IS 'information, warning or data_loss.';
COMMENT ON COLUMN issues.code IS 'Stable name of the kind of issue.';
COMMENT ON COLUMN issues.message IS 'One sentence for a person.';
COMMENT ON COLUMN issues.occurrences IS 'How many times it happened.';
