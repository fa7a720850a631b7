-- The agreement to expect is computed for each recording's own policy; what is measured is kept. The table agreements has what an older
-- ForkTrace promised, by evidence alone.

DROP VIEW IF EXISTS agreement;
ALTER TABLE results ADD COLUMN measured_forks BIGINT;
ALTER TABLE results ADD COLUMN measured_agreement_share DOUBLE;
ALTER TABLE results ADD COLUMN measured_balanced_share DOUBLE;
ALTER TABLE results ADD COLUMN measured_constant_share DOUBLE;
ALTER TABLE results ADD COLUMN measured_hit_rate DOUBLE;
COMMENT ON COLUMN results.expected_agreement_low_share IS
    'Least share of forks, 0 to 1, that the replay is expected to predict correctly (docs/fidelity.md); NULL for a policy that is not the recorded '
    'kernel''s own, where events were lost or tasks are missing, and where what the caches held at the start decides every fork.';
COMMENT ON COLUMN results.expected_agreement_high_share IS 'Greatest such share, 0 to 1; NULL as for the least.';
COMMENT ON COLUMN results.measured_forks IS
    'Forks whose outcome the recording shows by the kernel''s own events; NULL where it does not, or the policy is not the kernel''s own.';
COMMENT ON COLUMN results.measured_agreement_share IS 'Of these, the share that the replay predicted correctly, 0 to 1.';
COMMENT ON COLUMN results.measured_balanced_share IS 'Mean of the share of hits and the share of misses predicted correctly, 0 to 1.';
COMMENT ON COLUMN results.measured_constant_share IS 'What saying always hit, or always miss, would reach, 0 to 1.';
COMMENT ON COLUMN results.measured_hit_rate IS 'The kernel''s own hit rate, 0 to 1.';
