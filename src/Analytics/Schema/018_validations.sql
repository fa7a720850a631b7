-- What validate found, where it was asked to keep that. No rows of runs: a validation has no figures but these.

CREATE TABLE validations (
    validation BIGINT NOT NULL,
    trace_digest VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    command VARCHAR NOT NULL,
    validated_at TIMESTAMP NOT NULL,
    label VARCHAR,
    git_commit VARCHAR,
    policy VARCHAR NOT NULL,
    evidence VARCHAR NOT NULL,
    conditions VARCHAR NOT NULL,
    forks BIGINT NOT NULL,
    true_hits BIGINT NOT NULL,
    true_misses BIGINT NOT NULL,
    false_hits BIGINT NOT NULL,
    false_misses BIGINT NOT NULL,
    agreement_share DOUBLE NOT NULL,
    agreement_low_share DOUBLE NOT NULL,
    agreement_high_share DOUBLE NOT NULL,
    balanced_share DOUBLE NOT NULL,
    constant_share DOUBLE NOT NULL,
    kernel_hit_rate DOUBLE NOT NULL,
    predicted_hit_rate DOUBLE NOT NULL
);
COMMENT ON TABLE validations IS 'Replays held against what the recorded kernel did, fork by fork (forktrace validate --db).';
COMMENT ON COLUMN validations.validation IS 'Number of the validation, from 1.';
COMMENT ON COLUMN validations.trace_digest IS 'The recording (traces.digest).';
COMMENT ON COLUMN validations.version IS 'Version of ForkTrace.';
COMMENT ON COLUMN validations.command IS 'Arguments as they were typed.';
COMMENT ON COLUMN validations.validated_at IS 'Wall-clock time, UTC.';
COMMENT ON COLUMN validations.label IS 'What the user called it; NULL if nothing.';
COMMENT ON COLUMN validations.git_commit IS 'Commit that it belongs to; NULL where unknown.';
COMMENT ON COLUMN validations.policy IS 'The policy with its parameters.';
COMMENT ON COLUMN validations.evidence IS 'What of the recording the replay looked at (docs/fidelity.md).';
COMMENT ON COLUMN validations.conditions IS 'Conditions of the replay that are not the default, as label=value; empty for the defaults.';
COMMENT ON COLUMN validations.forks IS 'Forks judged: those whose outcome is known, without the first two of each CPU.';
COMMENT ON COLUMN validations.true_hits IS 'Forks of which the replay and the kernel say hit.';
COMMENT ON COLUMN validations.true_misses IS 'Forks of which both say miss.';
COMMENT ON COLUMN validations.false_hits IS 'Forks of which the replay says hit, and the kernel missed.';
COMMENT ON COLUMN validations.false_misses IS 'Forks of which the replay says miss, and the kernel hit.';
COMMENT ON COLUMN validations.agreement_share IS 'Share of the judged forks that the replay predicted correctly, 0 to 1.';
COMMENT ON COLUMN validations.agreement_low_share IS 'Lower end of its 95 % interval (Wilson), forks taken as independent.';
COMMENT ON COLUMN validations.agreement_high_share IS 'Upper end of that interval.';
COMMENT ON COLUMN validations.balanced_share IS 'Mean of the share of hits and the share of misses predicted correctly, 0 to 1.';
COMMENT ON COLUMN validations.constant_share IS 'What saying always hit, or always miss, would reach, 0 to 1.';
COMMENT ON COLUMN validations.kernel_hit_rate IS 'The kernel''s own hit rate over all forks whose outcome is known, 0 to 1.';
COMMENT ON COLUMN validations.predicted_hit_rate IS 'The replay''s hit rate over the same forks, 0 to 1.';

CREATE TABLE validation_causes (
    validation BIGINT NOT NULL,
    cause VARCHAR NOT NULL,
    forks BIGINT NOT NULL
);
COMMENT ON TABLE validation_causes IS 'Forks that a validated replay predicted wrongly, by cause.';
COMMENT ON COLUMN validation_causes.validation IS 'The validation (validations.validation).';
COMMENT ON COLUMN validation_causes.cause IS
    'initial_state, migration, allocation_order, failed_fork, rcu_time or foreign_tasks (docs/fidelity.md).';
COMMENT ON COLUMN validation_causes.forks IS 'Forks predicted wrongly for that cause.';
