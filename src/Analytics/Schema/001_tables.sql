-- What ForkTrace keeps of its replays. Sizes are in bytes and times in nanoseconds of the trace clock, as the names say.
-- There are no foreign keys: DuckDB checks them row by row and refuses later ALTERs. Rows are written in one transaction a run.

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    script VARCHAR NOT NULL
);
COMMENT ON TABLE schema_version IS 'The scripts that made this database, in order.';
COMMENT ON COLUMN schema_version.version IS 'Number of the script; the largest is the version of the schema.';
COMMENT ON COLUMN schema_version.script IS 'File name of the script.';

CREATE TABLE traces (
    sha256 VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    format VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    kernel VARCHAR,
    machine VARCHAR,
    clock VARCHAR,
    clock_unit VARCHAR NOT NULL,
    wall_clock_offset_ns BIGINT,
    cpus INTEGER NOT NULL,
    cpu_nodes INTEGER[],
    recorder VARCHAR,
    first_ns BIGINT NOT NULL,
    last_ns BIGINT NOT NULL,
    events_total BIGINT NOT NULL,
    events_stored BIGINT NOT NULL,
    events_lost BIGINT NOT NULL,
    tasks INTEGER NOT NULL,
    task_struct_bytes INTEGER
);
COMMENT ON TABLE traces IS 'Recordings, each once however often it was replayed, as the latest import of it saw them.';
COMMENT ON COLUMN traces.sha256 IS 'sha256 of the recording''s bytes, lower-case hexadecimal.';
COMMENT ON COLUMN traces.name IS 'File name, without folder.';
COMMENT ON COLUMN traces.format IS 'Format that was read, with its version where it has one.';
COMMENT ON COLUMN traces.size_bytes IS 'Length of the file in bytes.';
COMMENT ON COLUMN traces.kernel IS 'Kernel release that was recorded (uname -r); NULL where the recording does not say.';
COMMENT ON COLUMN traces.machine IS 'Architecture (uname -m); NULL where the recording does not say.';
COMMENT ON COLUMN traces.clock IS 'Trace clock, as ftrace names it; perf for perf''s own.';
COMMENT ON COLUMN traces.clock_unit IS 'Unit of the trace clock: ns, or ticks where it cannot be converted.';
COMMENT ON COLUMN traces.wall_clock_offset_ns IS 'Nanoseconds to add to a trace time to get Unix time; NULL where unknown.';
COMMENT ON COLUMN traces.cpus IS 'CPUs of the recorded machine.';
COMMENT ON COLUMN traces.cpu_nodes IS 'NUMA node of each CPU, CPU 0 first; NULL where unknown.';
COMMENT ON COLUMN traces.recorder IS 'Command line of the recorder; NULL where the recording does not say.';
COMMENT ON COLUMN traces.first_ns IS 'Time of the first stored event, ns of the trace clock.';
COMMENT ON COLUMN traces.last_ns IS 'Time of the last stored event, ns of the trace clock.';
COMMENT ON COLUMN traces.events_total IS 'Events read, of whatever kind.';
COMMENT ON COLUMN traces.events_stored IS 'Events kept for replays.';
COMMENT ON COLUMN traces.events_lost IS 'Events that the recorder dropped, as far as it counted them.';
COMMENT ON COLUMN traces.tasks IS 'Different tasks in the stored events.';
COMMENT ON COLUMN traces.task_struct_bytes IS 'Size of struct task_struct in bytes; NULL where no allocation of one was recorded.';

CREATE TABLE trace_events (
    trace_sha256 VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    is_used BOOLEAN NOT NULL,
    events BIGINT NOT NULL
);
COMMENT ON TABLE trace_events IS 'Events of each recording by kind, as the latest import of it counted them.';
COMMENT ON COLUMN trace_events.trace_sha256 IS 'The recording (traces.sha256).';
COMMENT ON COLUMN trace_events.event IS 'Kind as ForkTrace names it (newtask, death_switch, ...); system:name where it plays no part.';
COMMENT ON COLUMN trace_events.is_used IS 'Whether ForkTrace gives this kind a meaning.';
COMMENT ON COLUMN trace_events.events IS 'Number of events.';

CREATE TABLE runs (
    id BIGINT PRIMARY KEY,
    trace_sha256 VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    command VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP NOT NULL,
    cells INTEGER NOT NULL
);
COMMENT ON TABLE runs IS 'Plans replayed over a recording, each whole or not here at all. No other table holds wall-clock times.';
COMMENT ON COLUMN runs.id IS 'Number of the run, from 1.';
COMMENT ON COLUMN runs.trace_sha256 IS 'The recording (traces.sha256).';
COMMENT ON COLUMN runs.version IS 'Version of ForkTrace.';
COMMENT ON COLUMN runs.command IS 'Arguments as they were typed.';
COMMENT ON COLUMN runs.started_at IS 'Wall-clock start, UTC.';
COMMENT ON COLUMN runs.ended_at IS 'Wall-clock end, UTC.';
COMMENT ON COLUMN runs.cells IS 'Number of results that the run has.';

CREATE TABLE cells (
    cell VARCHAR PRIMARY KEY,
    trace_sha256 VARCHAR NOT NULL,
    policy VARCHAR NOT NULL,
    parameters VARCHAR NOT NULL,
    parameter_values MAP(VARCHAR, BIGINT) NOT NULL,
    cost_model VARCHAR NOT NULL,
    seed UBIGINT NOT NULL
);
COMMENT ON TABLE cells IS 'What can be asked: recording, policy with parameters, cost model, seed; each once however often it was run.';
COMMENT ON COLUMN cells.cell IS 'Stable id: 16 hexadecimal digits.';
COMMENT ON COLUMN cells.trace_sha256 IS 'The recording (traces.sha256).';
COMMENT ON COLUMN cells.policy IS 'Name of the policy.';
COMMENT ON COLUMN cells.parameters IS 'All parameters in order of name, as param=value,...; empty if the policy has none.';
COMMENT ON COLUMN cells.parameter_values IS 'The parameters by name: parameter_values[''capacity''].';
COMMENT ON COLUMN cells.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN cells.seed IS 'Seed of the cost draws and of the grace-period model.';

CREATE TABLE results (
    run BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    grade VARCHAR NOT NULL,
    events_lost BIGINT NOT NULL,
    unmet VARCHAR,
    allocations BIGINT,
    failed_forks BIGINT,
    hits BIGINT,
    misses BIGINT,
    hit_rate DOUBLE,
    cached_at_release BIGINT,
    cached_by_callback BIGINT,
    queued_for_rcu BIGINT,
    freed BIGINT,
    cost_mean_ns DOUBLE,
    cost_min_ns BIGINT,
    cost_p50_ns DOUBLE,
    cost_p90_ns DOUBLE,
    cost_p99_ns DOUBLE,
    cost_p999_ns DOUBLE,
    cost_max_ns BIGINT,
    difference_to_pages_ns DOUBLE,
    live_peak_bytes BIGINT,
    live_mean_bytes DOUBLE,
    live_end_bytes BIGINT,
    cached_peak_bytes BIGINT,
    cached_mean_bytes DOUBLE,
    cached_end_bytes BIGINT,
    waiting_peak_bytes BIGINT,
    waiting_mean_bytes DOUBLE,
    waiting_end_bytes BIGINT,
    window_ns BIGINT,
    PRIMARY KEY (run, cell)
);
COMMENT ON TABLE results IS 'What a run found for each cell. Where unmet is not NULL, every figure is NULL.';
COMMENT ON COLUMN results.run IS 'The run (runs.id).';
COMMENT ON COLUMN results.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN results.grade IS 'How far the result rests on the recording: A observed, B inferred, C modelled, D events were lost.';
COMMENT ON COLUMN results.events_lost IS 'Events that the recorder dropped.';
COMMENT ON COLUMN results.unmet IS 'Why the recording cannot answer for this policy; NULL if it can.';
COMMENT ON COLUMN results.allocations IS 'Stacks that forks needed, failed forks included.';
COMMENT ON COLUMN results.failed_forks IS 'Forks that took a stack and failed.';
COMMENT ON COLUMN results.hits IS 'Allocations served from a cache.';
COMMENT ON COLUMN results.misses IS 'Allocations that were not.';
COMMENT ON COLUMN results.hit_rate IS 'Hits over allocations, 0 to 1.';
COMMENT ON COLUMN results.cached_at_release IS 'Stacks put into a cache at the final switch away from their task.';
COMMENT ON COLUMN results.cached_by_callback IS 'Stacks put into a cache by an RCU callback.';
COMMENT ON COLUMN results.queued_for_rcu IS 'Stacks that had to wait for an RCU callback.';
COMMENT ON COLUMN results.freed IS 'Stacks given back to the system.';
COMMENT ON COLUMN results.cost_mean_ns IS 'What a fork paid for its stack: mean, ns; NULL without allocations, like the other costs.';
COMMENT ON COLUMN results.cost_min_ns IS 'Least cost of a stack, ns.';
COMMENT ON COLUMN results.cost_p50_ns IS 'Median cost of a stack, ns, within 0.4 % like the other percentiles.';
COMMENT ON COLUMN results.cost_p90_ns IS '90th percentile of the cost of a stack, ns.';
COMMENT ON COLUMN results.cost_p99_ns IS '99th percentile of the cost of a stack, ns.';
COMMENT ON COLUMN results.cost_p999_ns IS '99.9th percentile of the cost of a stack, ns.';
COMMENT ON COLUMN results.cost_max_ns IS 'Greatest cost of a stack, ns.';
COMMENT ON COLUMN results.difference_to_pages_ns IS 'Mean cost of a stack less that of order-2 pages in the same forks, ns.';
COMMENT ON COLUMN results.live_peak_bytes IS 'Stacks of tasks that are not dead: most at any time, bytes.';
COMMENT ON COLUMN results.live_mean_bytes IS 'Stacks of tasks that are not dead: average over time, bytes.';
COMMENT ON COLUMN results.live_end_bytes IS 'Stacks of tasks that are not dead: at the recording''s end, bytes.';
COMMENT ON COLUMN results.cached_peak_bytes IS 'Stacks in caches: most at any time, bytes.';
COMMENT ON COLUMN results.cached_mean_bytes IS 'Stacks in caches: average over time, bytes.';
COMMENT ON COLUMN results.cached_end_bytes IS 'Stacks in caches: at the recording''s end, bytes.';
COMMENT ON COLUMN results.waiting_peak_bytes IS 'Stacks of dead tasks that wait for RCU: most at any time, bytes.';
COMMENT ON COLUMN results.waiting_mean_bytes IS 'Stacks of dead tasks that wait for RCU: average over time, bytes.';
COMMENT ON COLUMN results.waiting_end_bytes IS 'Stacks of dead tasks that wait for RCU: at the recording''s end, bytes.';
COMMENT ON COLUMN results.window_ns IS 'Length of the time series'' windows, ns.';

CREATE TABLE evidence (
    run BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    operation VARCHAR NOT NULL,
    observed BIGINT NOT NULL,
    inferred BIGINT NOT NULL,
    modelled BIGINT NOT NULL
);
COMMENT ON TABLE evidence IS 'How the operations that a result depends on are known: what its grade was computed from.';
COMMENT ON COLUMN evidence.run IS 'The run (runs.id).';
COMMENT ON COLUMN evidence.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN evidence.operation IS 'allocate, release, stack_callback or task_free.';
COMMENT ON COLUMN evidence.observed IS 'Operations that an event of their own shows.';
COMMENT ON COLUMN evidence.inferred IS 'Operations placed by a neighbouring event.';
COMMENT ON COLUMN evidence.modelled IS 'Operations placed by a model.';

CREATE TABLE latency_buckets (
    run BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    low_ns BIGINT NOT NULL,
    high_ns BIGINT NOT NULL,
    allocations BIGINT NOT NULL
);
COMMENT ON TABLE latency_buckets IS 'What forks paid for their stacks, as a histogram: 128 buckets an octave, empty ones left out.';
COMMENT ON COLUMN latency_buckets.run IS 'The run (runs.id).';
COMMENT ON COLUMN latency_buckets.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN latency_buckets.low_ns IS 'Least cost in the bucket, ns.';
COMMENT ON COLUMN latency_buckets.high_ns IS 'Greatest cost in the bucket, ns.';
COMMENT ON COLUMN latency_buckets.allocations IS 'Allocations that cost so much.';

CREATE TABLE series (
    run BIGINT NOT NULL,
    cell VARCHAR NOT NULL,
    start_ns BIGINT NOT NULL,
    allocations BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    live_stacks BIGINT NOT NULL,
    cached_stacks BIGINT NOT NULL,
    waiting_stacks BIGINT NOT NULL
);
COMMENT ON TABLE series IS 'Results over time, in windows of results.window_ns.';
COMMENT ON COLUMN series.run IS 'The run (runs.id).';
COMMENT ON COLUMN series.cell IS 'The cell (cells.cell).';
COMMENT ON COLUMN series.start_ns IS 'Start of the window, ns from the recording''s first event.';
COMMENT ON COLUMN series.allocations IS 'Stacks that forks needed in the window.';
COMMENT ON COLUMN series.hits IS 'Of these, served from a cache.';
COMMENT ON COLUMN series.live_stacks IS 'Stacks of tasks that are not dead, at the window''s end.';
COMMENT ON COLUMN series.cached_stacks IS 'Stacks in caches, at the window''s end.';
COMMENT ON COLUMN series.waiting_stacks IS 'Stacks of dead tasks that wait for RCU, at the window''s end.';

CREATE TABLE import_issues (
    run BIGINT NOT NULL,
    severity VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    occurrences BIGINT NOT NULL
);
COMMENT ON TABLE import_issues IS 'What the reader of a recording had to say, by run.';
COMMENT ON COLUMN import_issues.run IS 'The run (runs.id).';
COMMENT ON COLUMN import_issues.severity IS 'information, warning or data_loss.';
COMMENT ON COLUMN import_issues.code IS 'Stable name of the kind of issue.';
COMMENT ON COLUMN import_issues.message IS 'One sentence for a person.';
COMMENT ON COLUMN import_issues.occurrences IS 'How many times it happened.';

CREATE TABLE losses (
    run BIGINT NOT NULL,
    cpu INTEGER,
    from_ns BIGINT,
    to_ns BIGINT,
    events BIGINT
);
COMMENT ON TABLE losses IS 'Where the recorder dropped events, by run.';
COMMENT ON COLUMN losses.run IS 'The run (runs.id).';
COMMENT ON COLUMN losses.cpu IS 'CPU whose buffer overflowed; NULL where the recording does not say.';
COMMENT ON COLUMN losses.from_ns IS 'Time of the last event before the gap, ns of the trace clock; NULL if there is none.';
COMMENT ON COLUMN losses.to_ns IS 'Time of the first event after the gap, ns of the trace clock; NULL if there is none.';
COMMENT ON COLUMN losses.events IS 'Events dropped; NULL where the recording does not say.';
