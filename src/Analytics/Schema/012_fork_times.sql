-- How long forks took in the recording, measured. Runs of an older ForkTrace have no rows.

CREATE TABLE fork_times (
    run BIGINT NOT NULL,
    measure VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    forks BIGINT NOT NULL,
    mean_ns DOUBLE NOT NULL,
    p50_ns DOUBLE NOT NULL,
    p90_ns DOUBLE NOT NULL,
    p99_ns DOUBLE NOT NULL,
    max_ns BIGINT NOT NULL,
    copy_process_share DOUBLE
);
COMMENT ON TABLE fork_times IS 'How long forks took, measured by the recording''s events: the recorder''s own time is in it.';
COMMENT ON COLUMN fork_times.run IS 'The run (runs.id).';
COMMENT ON COLUMN fork_times.measure IS
    'copy_process: from the task_struct''s allocation to task_newtask. system_call: from entry to exit of clone, clone3 or fork.';
COMMENT ON COLUMN fork_times.kind IS 'thread, vfork or process, by clone flags; other where they say neither.';
COMMENT ON COLUMN fork_times.outcome IS 'hit or miss of the kernel''s own cache, as its events show; unknown where they do not.';
COMMENT ON COLUMN fork_times.forks IS 'Forks that were measured.';
COMMENT ON COLUMN fork_times.mean_ns IS 'Mean time, ns.';
COMMENT ON COLUMN fork_times.p50_ns IS 'Median time, ns, within 0.4 %.';
COMMENT ON COLUMN fork_times.p90_ns IS '90th percentile of the time, ns, within 0.4 %.';
COMMENT ON COLUMN fork_times.p99_ns IS '99th percentile of the time, ns, within 0.4 %.';
COMMENT ON COLUMN fork_times.max_ns IS 'Greatest time, ns.';
COMMENT ON COLUMN fork_times.copy_process_share IS
    'Share of the system calls'' time that copy_process is, 0 to 1; NULL where not both were recorded.';

CREATE TABLE fork_time_buckets (
    run BIGINT NOT NULL,
    measure VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    low_ns BIGINT NOT NULL,
    high_ns BIGINT NOT NULL,
    forks BIGINT NOT NULL
);
COMMENT ON TABLE fork_time_buckets IS 'The distribution of fork_times: a histogram like latency_buckets.';
COMMENT ON COLUMN fork_time_buckets.run IS 'The run (runs.id).';
COMMENT ON COLUMN fork_time_buckets.measure IS 'copy_process or system_call (fork_times.measure).';
COMMENT ON COLUMN fork_time_buckets.kind IS 'thread, vfork, process or other (fork_times.kind).';
COMMENT ON COLUMN fork_time_buckets.outcome IS 'hit, miss or unknown (fork_times.outcome).';
COMMENT ON COLUMN fork_time_buckets.low_ns IS 'Least time in the bucket, ns.';
COMMENT ON COLUMN fork_time_buckets.high_ns IS 'Greatest time in the bucket, ns.';
COMMENT ON COLUMN fork_time_buckets.forks IS 'Forks that took so long.';
