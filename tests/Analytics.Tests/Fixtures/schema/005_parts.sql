-- Views of parts of results, as the latest run of each cell found them.

DROP VIEW IF EXISTS fidelity;
DROP VIEW IF EXISTS latency;
DROP VIEW IF EXISTS timeline;

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

CREATE VIEW misses AS
SELECT
    run,
    cell,
    trace,
    policy,
    parameters,
    capacity,
    cost_model,
    seed,
    allocations,
    unnest(['cold', 'placement', 'node', 'rcu_delay', 'capacity']) AS cause,
    unnest([misses_cold, misses_placement, misses_node, misses_rcu_delay, misses_capacity]) AS misses,
    unnest([misses_cold, misses_placement, misses_node, misses_rcu_delay, misses_capacity]) / nullif(allocations, 0) AS miss_rate
FROM summary
WHERE misses_cold IS NOT NULL
ORDER BY trace, policy, capacity, parameters, cost_model, seed, cell, cause;
COMMENT ON VIEW misses IS 'Misses of the latest result of each cell: a row a cause.';
COMMENT ON COLUMN misses.run IS 'The run (runs.id).';
COMMENT ON COLUMN misses.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN misses.trace IS 'File name of the recording.';
COMMENT ON COLUMN misses.policy IS 'Name of the policy.';
COMMENT ON COLUMN misses.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN misses.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN misses.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN misses.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN misses.allocations IS 'Stacks asked for, failed forks included.';
COMMENT ON COLUMN misses.cause IS 'What would have made the misses hits: cold, placement, node, rcu_delay, capacity (docs/policies.md).';
COMMENT ON COLUMN misses.misses IS 'Allocations that missed for it; over the causes, all misses.';
COMMENT ON COLUMN misses.miss_rate IS 'Misses of this cause over all allocations, 0 to 1; NULL without allocations.';

CREATE VIEW cpus AS
SELECT
    summary.run,
    summary.cell,
    summary.trace,
    summary.policy,
    summary.parameters,
    summary.capacity,
    summary.cost_model,
    summary.seed,
    counts.cpu,
    counts.allocations,
    counts.hits,
    counts.hits / nullif(counts.allocations, 0) AS hit_rate,
    counts.misses_cold,
    counts.misses_placement,
    counts.misses_node,
    counts.misses_rcu_delay,
    counts.misses_capacity
FROM summary
JOIN (
    SELECT *, hits + misses_cold + misses_placement + misses_node + misses_rcu_delay + misses_capacity AS allocations
    FROM cpu_counts
) AS counts ON counts.run = summary.run AND counts.cell = summary.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, counts.cpu;
COMMENT ON VIEW cpus IS 'The latest result of each cell by CPU of the fork.';
COMMENT ON COLUMN cpus.run IS 'The run (runs.id).';
COMMENT ON COLUMN cpus.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN cpus.trace IS 'File name of the recording.';
COMMENT ON COLUMN cpus.policy IS 'Name of the policy.';
COMMENT ON COLUMN cpus.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN cpus.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN cpus.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN cpus.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN cpus.cpu IS 'CPU that forked.';
COMMENT ON COLUMN cpus.allocations IS 'Stacks asked for.';
COMMENT ON COLUMN cpus.hits IS 'Allocations served from a cache.';
COMMENT ON COLUMN cpus.hit_rate IS 'Hits over allocations, 0 to 1.';
COMMENT ON COLUMN cpus.misses_cold IS 'Misses: no task had died whose stack was not taken already.';
COMMENT ON COLUMN cpus.misses_placement IS
    'Misses: one pool for the whole machine would have had a stack; the task had died on another CPU.';
COMMENT ON COLUMN cpus.misses_node IS 'Misses: a cache that also keeps stacks of other memory nodes would have had one.';
COMMENT ON COLUMN cpus.misses_rcu_delay IS 'Misses: a cache without delay would have had one; it was on its way through RCU.';
COMMENT ON COLUMN cpus.misses_capacity IS 'Misses: a cache without bound would have had one; it was dropped, for lack of room or by age.';

CREATE VIEW comms AS
SELECT
    summary.run,
    summary.cell,
    summary.trace,
    summary.policy,
    summary.parameters,
    summary.capacity,
    summary.cost_model,
    summary.seed,
    counts.comm,
    counts.allocations,
    counts.hits,
    counts.hits / nullif(counts.allocations, 0) AS hit_rate,
    counts.misses_cold,
    counts.misses_placement,
    counts.misses_node,
    counts.misses_rcu_delay,
    counts.misses_capacity
FROM summary
JOIN (
    SELECT *, hits + misses_cold + misses_placement + misses_node + misses_rcu_delay + misses_capacity AS allocations
    FROM comm_counts
) AS counts ON counts.run = summary.run AND counts.cell = summary.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, counts.allocations DESC, counts.comm;
COMMENT ON VIEW comms IS 'The latest result of each cell by name of the new task, most forks first.';
COMMENT ON COLUMN comms.run IS 'The run (runs.id).';
COMMENT ON COLUMN comms.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN comms.trace IS 'File name of the recording.';
COMMENT ON COLUMN comms.policy IS 'Name of the policy.';
COMMENT ON COLUMN comms.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN comms.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN comms.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN comms.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN comms.comm IS 'Name of the task, as recorded: any bytes; NULL where unknown.';
COMMENT ON COLUMN comms.allocations IS 'Stacks asked for.';
COMMENT ON COLUMN comms.hits IS 'Allocations served from a cache.';
COMMENT ON COLUMN comms.hit_rate IS 'Hits over allocations, 0 to 1.';
COMMENT ON COLUMN comms.misses_cold IS 'Misses: no task had died whose stack was not taken already.';
COMMENT ON COLUMN comms.misses_placement IS
    'Misses: one pool for the whole machine would have had a stack; the task had died on another CPU.';
COMMENT ON COLUMN comms.misses_node IS 'Misses: a cache that also keeps stacks of other memory nodes would have had one.';
COMMENT ON COLUMN comms.misses_rcu_delay IS 'Misses: a cache without delay would have had one; it was on its way through RCU.';
COMMENT ON COLUMN comms.misses_capacity IS 'Misses: a cache without bound would have had one; it was dropped, for lack of room or by age.';

CREATE VIEW reuse AS
SELECT
    summary.run,
    summary.cell,
    summary.trace,
    summary.policy,
    summary.parameters,
    summary.capacity,
    summary.cost_model,
    summary.seed,
    reuse_buckets.low_ns,
    reuse_buckets.high_ns,
    reuse_buckets.reuses,
    sum(reuse_buckets.reuses) OVER (PARTITION BY summary.cell ORDER BY low_ns)
        / sum(reuse_buckets.reuses) OVER (PARTITION BY summary.cell) AS share_at_most
FROM summary
JOIN reuse_buckets ON reuse_buckets.run = summary.run AND reuse_buckets.cell = summary.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, low_ns;
COMMENT ON VIEW reuse IS
    'Time between a stack''s put into a cache and its reuse, in the latest run of each cell that followed it: histogram and '
    'running share.';
COMMENT ON COLUMN reuse.run IS 'The run (runs.id).';
COMMENT ON COLUMN reuse.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN reuse.trace IS 'File name of the recording.';
COMMENT ON COLUMN reuse.policy IS 'Name of the policy.';
COMMENT ON COLUMN reuse.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN reuse.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN reuse.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN reuse.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN reuse.low_ns IS 'Shortest time in the bucket, ns.';
COMMENT ON COLUMN reuse.high_ns IS 'Longest time in the bucket, ns.';
COMMENT ON COLUMN reuse.reuses IS 'Reuses after so long.';
COMMENT ON COLUMN reuse.share_at_most IS 'Share of reuses after high_ns or less, 0 to 1.';

CREATE VIEW release_costs AS
SELECT
    summary.run,
    summary.cell,
    summary.trace,
    summary.policy,
    summary.parameters,
    summary.capacity,
    summary.cost_model,
    summary.seed,
    release_cost_buckets.low_ns,
    release_cost_buckets.high_ns,
    release_cost_buckets.releases,
    sum(release_cost_buckets.releases) OVER (PARTITION BY summary.cell ORDER BY low_ns)
        / sum(release_cost_buckets.releases) OVER (PARTITION BY summary.cell) AS share_at_most
FROM summary
JOIN release_cost_buckets ON release_cost_buckets.run = summary.run AND release_cost_buckets.cell = summary.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, low_ns;
COMMENT ON VIEW release_costs IS 'What giving stacks back cost, in the latest run of each cell: histogram and running share.';
COMMENT ON COLUMN release_costs.run IS 'The run (runs.id).';
COMMENT ON COLUMN release_costs.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN release_costs.trace IS 'File name of the recording.';
COMMENT ON COLUMN release_costs.policy IS 'Name of the policy.';
COMMENT ON COLUMN release_costs.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN release_costs.capacity IS 'Stacks that each CPU may keep; NULL if the policy has no such parameter.';
COMMENT ON COLUMN release_costs.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN release_costs.seed IS 'Seed of the cost draws and of the grace-period model.';
COMMENT ON COLUMN release_costs.low_ns IS 'Least cost in the bucket, ns.';
COMMENT ON COLUMN release_costs.high_ns IS 'Greatest cost in the bucket, ns.';
COMMENT ON COLUMN release_costs.releases IS 'Steps that cost so much.';
COMMENT ON COLUMN release_costs.share_at_most IS 'Share of steps that cost high_ns or less, 0 to 1.';
