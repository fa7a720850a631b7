CREATE TABLE cgroup_counts (
    run BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    cgroup VARCHAR,
    hits BIGINT NOT NULL,
    misses_cold BIGINT NOT NULL,
    misses_placement BIGINT NOT NULL,
    misses_node BIGINT NOT NULL,
    misses_rcu_delay BIGINT NOT NULL,
    misses_capacity BIGINT NOT NULL
);
COMMENT ON TABLE cgroup_counts IS 'Results by cgroup of the forking task; no rows where the recording does not say.';
COMMENT ON COLUMN cgroup_counts.run IS 'The run (runs.id).';
COMMENT ON COLUMN cgroup_counts.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN cgroup_counts.cgroup IS 'Path of the cgroup (v2), as recorded: any bytes; NULL where unknown.';
COMMENT ON COLUMN cgroup_counts.hits IS 'Its forks that were served from a cache.';
COMMENT ON COLUMN cgroup_counts.misses_cold IS 'Misses: no task had died whose stack was not taken already.';
COMMENT ON COLUMN cgroup_counts.misses_placement IS
    'Misses: one pool for the whole machine would have had a stack; the task had died on another CPU.';
COMMENT ON COLUMN cgroup_counts.misses_node IS 'Misses: a cache that also keeps stacks of other memory nodes would have had one.';
COMMENT ON COLUMN cgroup_counts.misses_rcu_delay IS 'Misses: a cache without delay would have had one; it was on its way through RCU.';
COMMENT ON COLUMN cgroup_counts.misses_capacity IS
    'Misses: a cache without bound would have had one; it was dropped, for lack of room or by age.';
