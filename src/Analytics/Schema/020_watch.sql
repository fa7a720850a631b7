-- What forktrace watch --db saw, interval by interval. No rows of runs: a recording that has not ended has no digest.

CREATE TABLE watch_intervals (
    watch BIGINT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    kernel VARCHAR NOT NULL,
    from_ns BIGINT NOT NULL,
    to_ns BIGINT NOT NULL,
    policy VARCHAR NOT NULL,
    is_own BOOLEAN NOT NULL,
    forks BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    hit_rate DOUBLE,
    cold_misses BIGINT NOT NULL,
    placement_misses BIGINT NOT NULL,
    node_misses BIGINT NOT NULL,
    rcu_delay_misses BIGINT NOT NULL,
    capacity_misses BIGINT NOT NULL,
    waiting_stacks BIGINT NOT NULL,
    cached_bytes BIGINT NOT NULL,
    lost_events BIGINT NOT NULL
);
COMMENT ON TABLE watch_intervals IS 'A policy in an interval of a running machine (forktrace watch --db). Intervals without events have no row.';
COMMENT ON COLUMN watch_intervals.watch IS 'Number of the watch, from 1.';
COMMENT ON COLUMN watch_intervals.started_at IS 'When the watch began: wall-clock time, UTC.';
COMMENT ON COLUMN watch_intervals.kernel IS 'Release of the watched kernel; empty where unknown.';
COMMENT ON COLUMN watch_intervals.from_ns IS 'When the interval begins, on the recorder''s clock.';
COMMENT ON COLUMN watch_intervals.to_ns IS 'When it ends; of the last interval, the last event.';
COMMENT ON COLUMN watch_intervals.policy IS 'The policy with its parameters.';
COMMENT ON COLUMN watch_intervals.is_own IS 'True for the policy of the watched kernel.';
COMMENT ON COLUMN watch_intervals.forks IS 'Forks in the interval.';
COMMENT ON COLUMN watch_intervals.hits IS 'Forks that got a cached stack.';
COMMENT ON COLUMN watch_intervals.hit_rate IS 'Share of the forks that hit, 0 to 1; NULL without forks.';
COMMENT ON COLUMN watch_intervals.cold_misses IS 'Misses: no task had died whose stack was not taken already.';
COMMENT ON COLUMN watch_intervals.placement_misses IS 'Misses: the task had died on another CPU.';
COMMENT ON COLUMN watch_intervals.node_misses IS 'Misses: the stacks at hand were on another memory node.';
COMMENT ON COLUMN watch_intervals.rcu_delay_misses IS 'Misses: the stack was on its way through RCU.';
COMMENT ON COLUMN watch_intervals.capacity_misses IS 'Misses: the stack was dropped, for lack of room or by age.';
COMMENT ON COLUMN watch_intervals.waiting_stacks IS 'Stacks of dead tasks that wait for an RCU callback at the end of the interval.';
COMMENT ON COLUMN watch_intervals.cached_bytes IS 'Memory of cached stacks at the end of the interval.';
COMMENT ON COLUMN watch_intervals.lost_events IS 'Events that the recorder had lost since the start.';
