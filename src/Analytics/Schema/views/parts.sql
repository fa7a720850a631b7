-- Parts of results, as the latest run of each cell found them.

CREATE VIEW fidelity AS
SELECT
    summary.run, summary.cell, summary.trace, summary.policy, summary.parameters, summary.capacity, summary.cost_model, summary.seed,
    summary.grade,
    evidence.operation,
    evidence.observed,
    evidence.inferred,
    evidence.modelled,
    evidence.observed / nullif(evidence.observed + evidence.inferred + evidence.modelled, 0) AS observed_share
FROM evidence
JOIN summary ON summary.run = evidence.run AND summary.cell = evidence.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, operation;
COMMENT ON VIEW fidelity IS 'How far the latest result of each cell rests on the recording, by operation.';
COMMENT ON COLUMN fidelity.observed_share IS 'Observed operations over all, 0 to 1; NULL if there are none.';

CREATE VIEW latency AS
SELECT
    summary.run, summary.cell, summary.trace, summary.policy, summary.parameters, summary.capacity, summary.cost_model, summary.seed,
    latency_buckets.* EXCLUDE (run, cell),
    sum(latency_buckets.allocations) OVER (PARTITION BY summary.cell ORDER BY low_ns) / summary.allocations AS share_at_most
FROM latency_buckets
JOIN summary ON summary.run = latency_buckets.run AND summary.cell = latency_buckets.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, low_ns;
COMMENT ON VIEW latency IS 'What forks paid for their stacks, in the latest run of each cell: histogram and running share.';
COMMENT ON COLUMN latency.share_at_most IS 'Share of allocations that cost high_ns or less, 0 to 1.';

CREATE VIEW timeline AS
SELECT
    summary.run, summary.cell, summary.trace, summary.policy, summary.parameters, summary.capacity, summary.cost_model, summary.seed,
    series.start_ns,
    summary.window_ns,
    series.allocations,
    series.hits,
    series.hits / nullif(series.allocations, 0) AS hit_rate,
    series.live_stacks,
    series.cached_stacks,
    series.waiting_stacks
FROM series
JOIN summary ON summary.run = series.run AND summary.cell = series.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, start_ns;
COMMENT ON VIEW timeline IS 'The latest result of each cell over time.';
COMMENT ON COLUMN timeline.window_ns IS 'Length of the window, ns.';
COMMENT ON COLUMN timeline.hit_rate IS 'Hits over allocations in the window, 0 to 1; NULL without allocations.';

CREATE VIEW misses AS
SELECT
    run, cell, trace, policy, parameters, capacity, cost_model, seed,
    allocations,
    unnest(['cold', 'placement', 'node', 'rcu_delay', 'capacity']) AS cause,
    unnest([misses_cold, misses_placement, misses_node, misses_rcu_delay, misses_capacity]) AS misses,
    unnest([misses_cold, misses_placement, misses_node, misses_rcu_delay, misses_capacity]) / nullif(allocations, 0) AS miss_rate
FROM summary
WHERE misses_cold IS NOT NULL
ORDER BY trace, policy, capacity, parameters, cost_model, seed, cell, cause;
COMMENT ON VIEW misses IS 'Misses of the latest result of each cell: a row a cause.';
COMMENT ON COLUMN misses.cause IS 'What would have made the misses hits: cold, placement, node, rcu_delay, capacity (docs/policies.md).';
COMMENT ON COLUMN misses.misses IS 'Allocations that missed for it; over the causes, all misses.';
COMMENT ON COLUMN misses.miss_rate IS 'Misses of this cause over all allocations, 0 to 1; NULL without allocations.';

CREATE VIEW cpus AS
SELECT
    summary.run, summary.cell, summary.trace, summary.policy, summary.parameters, summary.capacity, summary.cost_model, summary.seed,
    counts.cpu,
    counts.allocations,
    counts.hits,
    counts.hits / nullif(counts.allocations, 0) AS hit_rate,
    counts.* EXCLUDE (run, cell, cpu, allocations, hits)
FROM (
    SELECT *, hits + misses_cold + misses_placement + misses_node + misses_rcu_delay + misses_capacity AS allocations
    FROM cpu_counts
) AS counts
JOIN summary ON summary.run = counts.run AND summary.cell = counts.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, counts.cpu;
COMMENT ON VIEW cpus IS 'The latest result of each cell by CPU of the fork.';
COMMENT ON COLUMN cpus.allocations IS 'Stacks that forks needed.';
COMMENT ON COLUMN cpus.hits IS 'Allocations served from a cache.';

CREATE VIEW comms AS
SELECT
    summary.run, summary.cell, summary.trace, summary.policy, summary.parameters, summary.capacity, summary.cost_model, summary.seed,
    counts.comm,
    counts.allocations,
    counts.hits,
    counts.hits / nullif(counts.allocations, 0) AS hit_rate,
    counts.* EXCLUDE (run, cell, comm, allocations, hits)
FROM (
    SELECT *, hits + misses_cold + misses_placement + misses_node + misses_rcu_delay + misses_capacity AS allocations
    FROM comm_counts
) AS counts
JOIN summary ON summary.run = counts.run AND summary.cell = counts.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, counts.allocations DESC, counts.comm;
COMMENT ON VIEW comms IS 'The latest result of each cell by name of the new task, most forks first.';
COMMENT ON COLUMN comms.allocations IS 'Stacks that forks needed.';
COMMENT ON COLUMN comms.hits IS 'Allocations served from a cache.';

CREATE VIEW comm_patterns AS
SELECT
    run, cell, trace, policy, parameters, capacity, cost_model, seed,
    CASE WHEN count(*) = 1 THEN any_value(comm) ELSE pattern END AS comm,
    count(*) AS comms,
    sum(allocations)::BIGINT AS allocations,
    sum(hits)::BIGINT AS hits,
    sum(hits) / nullif(sum(allocations), 0) AS hit_rate,
    sum(misses_cold)::BIGINT AS misses_cold,
    sum(misses_placement)::BIGINT AS misses_placement,
    sum(misses_node)::BIGINT AS misses_node,
    sum(misses_rcu_delay)::BIGINT AS misses_rcu_delay,
    sum(misses_capacity)::BIGINT AS misses_capacity
FROM (SELECT *, regexp_replace(comm, '[0-9]+', 'N', 'g') AS pattern FROM comms)
GROUP BY run, cell, trace, policy, parameters, capacity, cost_model, seed, pattern
ORDER BY trace, policy, capacity, parameters, cost_model, seed, cell, allocations DESC, comm;
COMMENT ON VIEW comm_patterns IS 'As comms, with names that differ only in numbers taken together.';
COMMENT ON COLUMN comm_patterns.comm IS
    'The name; of several, with each number as N: kworker/0:1 and kworker/1:2 are kworker/N:N.';
COMMENT ON COLUMN comm_patterns.comms IS 'How many names that is.';
COMMENT ON COLUMN comm_patterns.allocations IS 'Stacks that forks needed.';
COMMENT ON COLUMN comm_patterns.hits IS 'Allocations served from a cache.';
COMMENT ON COLUMN comm_patterns.hit_rate IS 'Hits over allocations, 0 to 1.';

CREATE VIEW cgroups AS
SELECT
    summary.run, summary.cell, summary.trace, summary.policy, summary.parameters, summary.capacity, summary.cost_model, summary.seed,
    counts.cgroup,
    counts.allocations,
    counts.hits,
    counts.hits / nullif(counts.allocations, 0) AS hit_rate,
    counts.* EXCLUDE (run, cell, cgroup, allocations, hits)
FROM (
    SELECT *, hits + misses_cold + misses_placement + misses_node + misses_rcu_delay + misses_capacity AS allocations
    FROM cgroup_counts
) AS counts
JOIN summary ON summary.run = counts.run AND summary.cell = counts.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, counts.allocations DESC, counts.cgroup;
COMMENT ON VIEW cgroups IS 'The latest result of each cell by cgroup of the forking task, most forks first.';
COMMENT ON COLUMN cgroups.allocations IS 'Stacks that forks needed.';
COMMENT ON COLUMN cgroups.hits IS 'Allocations served from a cache.';

CREATE VIEW reuse AS
SELECT
    summary.run, summary.cell, summary.trace, summary.policy, summary.parameters, summary.capacity, summary.cost_model, summary.seed,
    reuse_buckets.* EXCLUDE (run, cell),
    sum(reuse_buckets.reuses) OVER (PARTITION BY summary.cell ORDER BY low_ns)
        / sum(reuse_buckets.reuses) OVER (PARTITION BY summary.cell) AS share_at_most
FROM reuse_buckets
JOIN summary ON summary.run = reuse_buckets.run AND summary.cell = reuse_buckets.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, low_ns;
COMMENT ON VIEW reuse IS
    'Time between a stack''s put into a cache and its reuse, in the latest run of each cell that followed it: histogram and '
    'running share.';
COMMENT ON COLUMN reuse.share_at_most IS 'Share of reuses after high_ns or less, 0 to 1.';

CREATE VIEW release_costs AS
SELECT
    summary.run, summary.cell, summary.trace, summary.policy, summary.parameters, summary.capacity, summary.cost_model, summary.seed,
    release_cost_buckets.* EXCLUDE (run, cell),
    sum(release_cost_buckets.releases) OVER (PARTITION BY summary.cell ORDER BY low_ns)
        / sum(release_cost_buckets.releases) OVER (PARTITION BY summary.cell) AS share_at_most
FROM release_cost_buckets
JOIN summary ON summary.run = release_cost_buckets.run AND summary.cell = release_cost_buckets.cell
ORDER BY trace, policy, capacity, parameters, cost_model, seed, summary.cell, low_ns;
COMMENT ON VIEW release_costs IS 'What giving stacks back cost, in the latest run of each cell: histogram and running share.';
COMMENT ON COLUMN release_costs.share_at_most IS 'Share of steps that cost high_ns or less, 0 to 1.';
